"""One at a time on a host: file locks, which the system frees however their process ends."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO


class Taken(Exception):
    """Another process holds the lock; `process` is its number, as far as the file says."""

    def __init__(self, file: Path) -> None:
        self.process = file.read_text().strip() or "unknown"
        super().__init__(f"{file} is held by process {self.process}")


def hold(file: Path, *, wait: float = 0) -> IO[str]:
    """Take the lock and write our number into it; it is free again when the handle is closed.

    Raises Taken after `wait` seconds. A forked process shares the lock with its parent.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = file.open("a+")
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            handle.close()
            raise Taken(file) from None
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        return handle
