"""YAML with the line of everything: what a person has to find when the importer refuses a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, and where."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class Entry(dict[str, Any]):
    """A mapping that knows its line, and the line of each of its values."""

    line: int = 1
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """The line of the value of `key`, or of the whole entry where it has none."""
        return self.lines.get(key, self.line)


class Rows(list[Any]):
    """A sequence that knows the line of each of its members."""

    lines: list[int]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Builds `Entry` and `Rows`, and refuses a key that stands twice in one mapping."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.doubled: list[tuple[int, str]] = []

    def entry(self, node: yaml.MappingNode) -> Entry:
        found = Entry()
        found.line, found.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in found:
                self.doubled.append((key_node.start_mark.line + 1, key))
            found[key] = self.construct_object(value_node, deep=True)
            found.lines[key] = key_node.start_mark.line + 1
        return found

    def rows(self, node: yaml.SequenceNode) -> Rows:
        found = Rows(self.construct_object(child, deep=True) for child in node.value)
        found.lines = [child.start_mark.line + 1 for child in node.value]
        return found

    def text(self, node: yaml.ScalarNode) -> str:
        return str(self.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.entry)
_Loader.add_constructor("tag:yaml.org,2002:seq", _Loader.rows)
# Dates stay what was written; whether `2017-09` is one is for the check of the field to say.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.text)


def read_yaml(path: Path, problems: list[Problem]) -> Entry:
    """The mapping in `path`; empty, with a problem noted, when it is not readable as one."""
    empty = Entry()
    empty.lines = {}
    try:
        loader = _Loader(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problems.append(Problem(path.name, 1, f"cannot be read: {error}"))
        return empty
    try:
        found = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problems.append(
            Problem(path.name, mark.line + 1 if mark else 1, f"is not YAML: {error.problem}")
        )
        return empty
    finally:
        loader.dispose()
    problems += [Problem(path.name, line, f"{key!r} stands twice") for line, key in loader.doubled]
    if not isinstance(found, Entry):
        problems.append(Problem(path.name, 1, "must be a mapping at the top"))
        return empty
    return found


@dataclass(frozen=True)
class Text:
    """A Markdown file with its front matter."""

    path: Path
    head: Entry
    body: str


def read_text(path: Path, problems: list[Problem]) -> Text | None:
    """A Markdown file that begins with `---`, its title and date, and `---`."""
    try:
        parts = path.read_text("utf-8").split("---\n", 2)
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(path.name, 1, f"cannot be read: {error}"))
        return None
    if len(parts) < 3 or parts[0].strip():
        problems.append(Problem(path.name, 1, "must begin with --- title, published_at ---"))
        return None
    loader = _Loader("\n" + parts[1])  # so that lines count from the top of the file
    try:
        head = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problems.append(Problem(path.name, mark.line + 1 if mark else 1, f"{error.problem}"))
        return None
    finally:
        loader.dispose()
    if not isinstance(head, Entry):
        problems.append(Problem(path.name, 1, "must begin with --- title, published_at ---"))
        return None
    return Text(path, head, parts[2].strip() + "\n")
