"""Whether a sentence for the public names somebody it should not."""

import re
from collections.abc import Iterable

_PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)


def named_in(text: str, names: Iterable[str]) -> str | None:
    """The first of these names that occurs: in full, or one part of it as a word of its own.

    Parts count when written with a capital, also in the genitive („Krügers“) and without umlauts
    („Krueger“); parts of one or two letters are too many words to tell.
    """
    plain = text.translate(_PLAIN)
    for name in names:
        for part in [name, *re.split(r"[\s.,-]+", name)]:
            if len(part) < 3:
                continue
            wanted = part.translate(_PLAIN)
            flags = re.IGNORECASE if part == name else re.NOFLAG
            if re.search(rf"(?<!\w){re.escape(wanted)}(?:['’]?s)?(?!\w)", plain, flags):
                return part
    return None
