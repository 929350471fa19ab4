"""Locks of a home that the operating system frees when their holder dies.

One run a province and home at a time, one publisher a home, no more readers of documents than
cores. Dagster's pools cannot do this: they know no partition keys, and ``gongkai run`` has no
queue.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from crawler.sharing import try_lock
from warehouse.home import Home

_POLL_SECONDS = 0.2
_REMIND_SECONDS = 30.0


@contextmanager
def province_lock(home: Home, province: str, say: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock of one province; waits, saying so, while another run has it."""
    with hold(home.locks / f"province-{province}.lock", f"{province}: another run", say):
        yield


@contextmanager
def publisher_lock(home: Home, say: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock of the one publisher; two that copy and swap would lose one's work."""
    with hold(home.locks / "publisher.lock", "another publish", say):
        yield


@contextmanager
def hold(path: Path, who: str, say: Callable[[str], None]) -> Iterator[None]:
    """Holds a lock file; waits while another process (or thread) has it.

    The file stays behind: removing it would let two holders lock two files of one name.

    Args:
        path: the lock file; its folder is made.
        who: what is waited for, as the progress line shall name it.
        say: takes a progress line when waiting begins and every half minute.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        waited = 0.0
        while not try_lock(file):
            if waited % _REMIND_SECONDS < _POLL_SECONDS:
                say(f"{who} is going on (process {_holder(path)}); waiting for it to end")
            time.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def cores(
    home: Home, most: int, say: Callable[[str], None], there: int | None = None
) -> Iterator[int]:
    """Holds as many cores as are free, one at least; waits, saying so, while none is.

    What runs of one home read at once (OCR above all) keeps no more processes busy than that.

    Args:
        home: whose runs share them.
        most: how many are wanted.
        say: takes a progress line when waiting begins and every half minute.
        there: how many there are; default: those of the machine.

    Yields:
        How many are held.
    """
    home.locks.mkdir(parents=True, exist_ok=True)
    paths = [home.locks / f"core-{n}.lock" for n in range(there or os.cpu_count() or 1)]
    waited = 0.0
    with ExitStack() as held:
        number = 0
        while not number:
            for path in paths:
                file = path.open("a+", encoding="utf-8")
                if number < most and try_lock(file):
                    held.enter_context(file)  # closing it frees the lock
                    number += 1
                else:
                    file.close()
            if not number:
                if waited % _REMIND_SECONDS < _POLL_SECONDS:
                    say("other runs are reading documents on all cores; waiting for one")
                time.sleep(_POLL_SECONDS)
                waited += _POLL_SECONDS
        yield number


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock file, or there is none."""
    if not path.exists():
        return True
    with path.open("a+", encoding="utf-8") as file:
        return try_lock(file)


def _holder(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() or "unknown"
