"""Putting a finished file in place of the published one, so that no reader ever sees half of it.

Locks, names, permissions, renames; what is in the files is ``build``'s. A published file is
read-only, since a client that opened it for writing and was killed would leave a ``.wal`` that
the next connection replays into the new file; one that is there all the same is moved aside.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import PublishError
from warehouse.facts.files import sync_directory
from warehouse.home import Home

READ_ONLY = 0o444


@contextmanager
def publish_lock(home: Home) -> Iterator[None]:
    """Only one publish a home at a time; another one waits here.

    Raises:
        PublishError: the home cannot be written.
    """
    path = home.locks / "publish.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise PublishError(f"{path}: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def aside_of(path: Path) -> Path:
    """Where the successor of a published file is built: the same folder, a hidden name."""
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def remove_leftovers(path: Path) -> None:
    """Removes what a killed publish left beside ``path``. Call it under the lock."""
    for left in path.parent.glob(f".{path.name}.*.new*"):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def move_foreign_wal(path: Path, now: dt.datetime) -> Path | None:
    """Moves a ``.wal`` beside a published file aside.

    Publish leaves none: it belongs to another client, and would be replayed into the next file.

    Returns:
        Where it is now, None when there was none.
    """
    wal = path.with_name(f"{path.name}.wal")
    if not wal.exists():
        return None
    stem = f"{path.name}.foreign-wal.{now:%Y%m%dT%H%M%S}"
    target, number = path.with_name(stem), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{stem}.{number}")
    wal.rename(target)
    return target


def swap(new: Path, path: Path, now: dt.datetime) -> list[Path]:
    """Puts a closed, checkpointed file in place of the published one.

    Readers that hold the old file keep it; the next connection sees the new one.

    Args:
        new: the file built aside, in the same folder.
        path: the published file, there or not.
        now: for the name of a foreign ``.wal``.

    Returns:
        Where foreign ``.wal`` files were moved.

    Raises:
        PublishError: the new file was not closed cleanly.
        OSError: the folder cannot be written.
    """
    if new.with_name(f"{new.name}.wal").exists():
        raise PublishError(f"{new}: was not checkpointed, its .wal is still there")
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.chmod(READ_ONLY)
    before = move_foreign_wal(path, now)
    new.replace(path)
    sync_directory(path.parent)
    after = move_foreign_wal(path, now)
    return [moved for moved in (before, after) if moved]
