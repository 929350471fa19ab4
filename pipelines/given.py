"""Files that a user names on the command line: only regular ones are read.

Reading a named pipe or a device may wait for ever. What is in a file is no business of this module.
"""

from __future__ import annotations

import errno
import stat
from pathlib import Path

_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def size_of_file(path: Path) -> int:
    """The bytes of a regular file.

    Raises:
        OSError: there is none, it may not be looked at, or it is no regular file; ``strerror`` says
            which.
    """
    status = path.stat()
    kind = _KINDS.get(stat.S_IFMT(status.st_mode))
    if kind is not None:
        raise OSError(errno.EINVAL, f"{kind}, not a file", str(path))
    return status.st_size
