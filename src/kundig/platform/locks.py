"""Locks between processes on one machine; the kernel drops them with their last holder, also after kill -9."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """An flock on a file, held by this process and by every child that inherits `descriptor`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = -1

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """True when the lock is ours; False only with `wait=False`, when somebody else has it."""
        if self.descriptor < 0:
            self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self.descriptor, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Runs the block while nobody else runs one under the same path."""
    lock = FileLock(path)
    lock.take()
    try:
        yield
    finally:
        lock.release()
