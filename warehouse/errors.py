"""What can go wrong on the way from the lake to the published files."""

from __future__ import annotations


class PublishError(Exception):
    """Nothing was published; the files are as before. The message names the file."""


class IntegrityError(PublishError):
    """The file that was built contradicts itself; the message names the rows."""
