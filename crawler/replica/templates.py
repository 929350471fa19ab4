"""Page templates of the replica: ``$name`` placeholders in HTML files under ``data/templates``.

Belongs here: reading and filling them. Does not belong here: what is filled in (``families``).
"""

from __future__ import annotations

from functools import cache
from string import Template

from crawler.replica.labels import DATA


@cache
def _template(name: str) -> Template:
    return Template((DATA / "templates" / name).read_text(encoding="utf-8"))


def fill(name: str, /, **values: object) -> str:
    """Fill a template.

    Args:
        name: File name under ``data/templates``.
        **values: A value for every placeholder.

    Raises:
        KeyError: If the template has a placeholder without a value.
    """
    return _template(name).substitute(values)
