"""Loading libraries without what they load on the chance: each megabyte stands in every process."""

import sys
from importlib import import_module
from typing import Any


def load(name: str, *, without: frozenset[str]) -> Any:
    """Import `name` as if these were not installed; what somebody has loaded already stays."""
    hidden = without - sys.modules.keys()
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        return import_module(name)
    finally:
        for one in hidden:
            sys.modules.pop(one, None)
