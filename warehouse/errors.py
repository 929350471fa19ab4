"""What can go wrong with the files of a home."""

from __future__ import annotations


class HomeError(Exception):
    """A file of a home cannot be read or written, or is not what it should be; it is named."""


class PublishError(HomeError):
    """Nothing was published; the files are as before. The message names the file."""


class IntegrityError(PublishError):
    """The file that was built contradicts itself; the message names the rows."""
