"""Writing a file so that it appears whole or not at all, and finding packaged data files."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FACTS = Path(__file__).parent

_NO_COPY_RANGE = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL})
"""What a file system that knows no such copying answers, before anything was copied."""


def sync_directory(path: Path) -> None:
    """Makes a rename in ``path`` survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes | str) -> None:
    """Writes ``data`` aside, syncs it and renames it to ``path``.

    Args:
        path: the file to make or replace; missing parent folders are made.
        data: its whole content; text is written as UTF-8.

    Raises:
        OSError: the disk is full or the folder cannot be written; ``path`` is then as before.
    """
    write_pieces(path, [data.encode() if isinstance(data, str) else data])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """``write_whole`` for a content that comes in pieces and is never held whole.

    Args:
        path: the file to make or replace; missing parent folders are made.
        pieces: its content in order; an error they raise leaves ``path`` as before.

    Raises:
        OSError: the disk is full or the folder cannot be written; ``path`` is then as before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.writelines(pieces)
            out.flush()
            os.fsync(out.fileno())
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    except BaseException as error:
        Path(aside).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)
        raise
    sync_directory(path.parent)


def copy_whole(source: Path, target: Path) -> None:
    """Copies a file's bytes inside the kernel, sharing them where the file system can.

    Raises:
        OSError: the source cannot be read, or the disk is full.
    """
    with source.open("rb") as old, target.open("xb") as new:
        left = os.fstat(old.fileno()).st_size
        while left:
            try:
                done = os.copy_file_range(old.fileno(), new.fileno(), left)
            except OSError as error:
                if error.errno not in _NO_COPY_RANGE:
                    raise
                shutil.copyfileobj(old, new)
                return
            if not done:
                raise OSError(errno.EIO, "file became shorter while it was copied", str(source))
            left -= done


def sync_file(path: Path) -> None:
    """Waits until a file's bytes are on the disk.

    Raises:
        OSError: they could not be written.
    """
    with path.open("rb") as file:
        os.fsync(file.fileno())


@cache
def load_yaml(name: str) -> Any:
    """A packaged fact file by its name below this folder, read once.

    Raises:
        FileNotFoundError: no such fact file.
    """
    return read_yaml(FACTS / name)


def read_yaml(path: Path) -> Any:
    """A packaged YAML file, read by libyaml where there is one: ten times as fast.

    Raises:
        FileNotFoundError: no such file.
    """
    with path.open(encoding="utf-8") as file:
        if yaml.__with_libyaml__:
            return yaml.load(file, Loader=yaml.CSafeLoader)
        return yaml.safe_load(file)
