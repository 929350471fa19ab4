"""One slow queue a host for all crawls of a home: turns between processes.

Runs of two provinces may meet at a host that both link to and neither has in its registry. Its
lock is a file, freed by the operating system when its holder dies; the file's time is when the
host was asked last. Turns within one process are ``turns``'s.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import time
from pathlib import Path
from typing import IO, Any

_POLL_SECONDS = 0.1


class SharedTurn:
    """The turn at one host among processes."""

    def __init__(self, folder: Path, host: str) -> None:
        """Names the lock.

        Args:
            folder: where the locks of a home lie; made when missing.
            host: the host's name; what cannot stand in a file's name is left out.
        """
        self._path = folder / f"host-{re.sub(r'[^a-z0-9.-]', '_', host.lower())[:200]}.lock"
        self._file: IO[bytes] | None = None

    async def take(self, delay: float) -> None:
        """Waits until no other process asks the host and ``delay`` seconds have passed since.

        Raises:
            OSError: the lock file cannot be made.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self._path.exists()
        file = self._path.open("ab")
        try:
            while not try_lock(file):
                await asyncio.sleep(_POLL_SECONDS)
            since = time.time() - os.fstat(file.fileno()).st_mtime
            # A clock that was set back says nothing.
            if not is_new and 0 <= since < delay:
                await asyncio.sleep(delay - since)
        except BaseException:
            file.close()
            raise
        self._file = file

    def give_up(self) -> None:
        """Lets the next one in; the host was asked just now."""
        if self._file is not None:
            os.utime(self._path)
            self._file.close()
            self._file = None


def try_lock(file: IO[Any]) -> bool:
    """Locks an open file until it is closed; whether nobody else holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
