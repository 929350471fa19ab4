"""Bringing what a run writes safely to disk without making the crawl wait for it.

Files are written at once, so that a killed process loses nothing; a thread syncs them in the order
in which they were given, some times a second, so that a machine that fails loses little. What it
may lose is a tail of both files, which ``manifest`` finds and cuts off at the next start.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

_PAUSE = 0.1
"""Seconds between two looks. A thread that is woken by every write takes the crawl's own time."""


class Syncer:
    """Syncs files in a thread of its own.

    Call ``wrote`` after each write; ``close`` syncs a last time.
    """

    def __init__(self) -> None:
        self._files: list[Callable[[], int | None]] = []
        self._dirty = False
        self._closing = threading.Event()
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="archive-sync", daemon=True)
        self._thread.start()

    def add(self, descriptor: Callable[[], int | None]) -> None:
        """Adds a file behind those already known.

        Args:
            descriptor: gives its descriptor, None while the file is not open.
        """
        self._files.append(descriptor)

    def wrote(self) -> None:
        """Says that something was written.

        Raises:
            OSError: an earlier write did not reach the disk.
        """
        self._dirty = True
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Syncs everything and ends the thread; the files may be closed after it.

        Raises:
            OSError: something did not reach the disk.
        """
        if self._closing.is_set():
            return
        self._closing.set()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while not self._closing.wait(_PAUSE):
            if self._dirty:
                self._dirty = False
                self._sync()
        self._sync()

    def _sync(self) -> None:
        try:
            for descriptor in self._files:
                number = descriptor()
                if number is not None:
                    os.fsync(number)
        except OSError as error:
            self._error = error  # raised where the crawl writes next
