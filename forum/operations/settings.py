"""The file of settings: `.env` in the folder the forum is started from, its owner's only."""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

FILE = Path(".env")


def read(file: Path = FILE) -> dict[str, str]:
    """What the file says; nothing when there is none."""
    return {name: value or "" for name, value in dotenv_values(file, interpolate=False).items()}


def rendered(values: Mapping[str, str]) -> str:
    """The file's text. In single quotes a value may hold line breaks and signs of any kind."""
    lines = []
    for name, value in values.items():
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        lines.append(f"{name}='{escaped}'\n")
    return "".join(lines)


def write(values: Mapping[str, str], file: Path = FILE) -> None:
    """Write the file, all of it or nothing, readable to its owner only."""
    temporary = file.with_name(f"{file.name}.new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(rendered(values))
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(file)
