"""Why something was not done."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class OperationError(Exception):
    """A sentence for the operator: what is wrong, what was left as it was, and what to do."""


@contextmanager
def full_disk_said(folder: Path) -> Iterator[None]:
    """Turn what the system says about files in `folder` into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise OperationError(
                f"The disk that holds {folder} is full. Nothing was changed; make room, then "
                "try again."
            ) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise OperationError(
                f"{error.filename or folder} may not be written by this user. Run the command as "
                "the user that runs the forum."
            ) from error
        raise
