"""What a name looks like to the eye: for pseudonyms that may not pass for somebody else."""

import re
import unicodedata

_LOOKALIKES = str.maketrans(
    {
        **dict(zip("авеіјкмнорсстухѕԁԛԝ", "abeijkmhopccтyxsdqw", strict=False)),
        **dict(zip("αβειικνορτυχ", "abeiiknoptyx", strict=True)),
        "т": "t",
        "у": "y",
        "г": "r",
        "0": "o",
        "1": "l",
        "|": "l",
        "ı": "i",
        "ß": "ss",
    }
)


def look(name: str) -> str:
    """Letters and digits only, without capitals and accents, look-alikes made alike."""
    return "".join(words(name))


def words(name: str) -> list[str]:
    """The words of a name as `look` sees them."""
    apart = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    plain = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LOOKALIKES)
    return [word for word in re.split(r"[\W_]+", plain) if word]


def contains(name: str, other: str) -> bool:
    """Whether `name` reads like `other`, or has its words within."""
    ours, theirs = words(name), words(other)
    if not theirs:
        return False
    if look(name) == look(other):
        return True
    return any(
        ours[start : start + len(theirs)] == theirs for start in range(len(ours) - len(theirs) + 1)
    )


_OFFICES = frozenset(
    {"administration", "administrator", "admin", "moderation", "moderator", "moderatorin"}
    | {"redaktion", "redakteur", "redakteurin", "forum", "industriepolitik", "partei", "betrieb"}
    | {"ehemaliges", "support"}
)


def is_reserved(name: str) -> bool:
    """Whether a name reads like an office of the forum."""
    return bool(_OFFICES & {*words(name), look(name)})
