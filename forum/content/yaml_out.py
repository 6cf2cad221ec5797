"""YAML as people would write it: keys in their order, long sentences folded, lines kept as lines.

What this writes, `reading.read_yaml` reads back to the letter.
"""

import re
from typing import Any

import yaml

WIDTH = 100
_ODD_BREAKS = re.compile("[\u0085\u2028\u2029]")  # line ends to YAML, characters to everybody else


class Inline(list[Any]):
    """A list of short words, written in one line: `[read, comment]`."""


class Nothing:
    """Stands for a `null` that has to be written, since it means something else than no line."""


class Quoted(str):
    """A text that stands in quotation marks whatever it says."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand indented below their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Nothing is written as a reference to something above."""
        return True


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = None
    if _ODD_BREAKS.search(value) or "\t" in value:
        style = '"'
    elif "\n" in value:
        style = "|"
    elif len(value) > WIDTH - 20 and "  " not in value:
        style = ">"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)


def _inline(dumper: _Dumper, value: Inline) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(
    Quoted,
    lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", str(value), '"'),
)
_Dumper.add_representer(Inline, _inline)


def dump(content: dict[str, Any]) -> str:
    """`content` as YAML; what is None is left out wherever it stands in a mapping."""
    return str(
        yaml.dump(
            _present(content),
            Dumper=_Dumper,
            allow_unicode=True,
            sort_keys=False,
            width=WIDTH,
            default_flow_style=False,
        )
    )


def _present(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            str(key): None if isinstance(one, Nothing) else _present(one)
            for key, one in value.items()
            if one is not None
        }
    if isinstance(value, Inline):
        return Inline(map(str, value))
    if isinstance(value, list):
        return [_present(one) for one in value]
    if isinstance(value, str) and not isinstance(value, Quoted):
        return str(value)  # a StrEnum is its word
    return value
