"""From the address of an article to the address of the column that lists it.

Only what addresses show; whether the page is there, and a column at all, a crawl finds out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import parse_qs, urlsplit

from warehouse.facts.files import load_yaml

_NUMBER = re.compile(r"(?<=[a-z])_?\d{2,8}$")


@cache
def path_rule(name: str) -> re.Pattern[str]:
    """A rule of ``columns.yaml`` about path segments."""
    return re.compile(load_yaml("columns.yaml")[name])


def names_column(segment: str) -> bool:
    """Whether a path segment names a column of annual reports."""
    plain = _NUMBER.sub("", segment.lower())
    return bool(path_rule("path").search(plain) or path_rule("path").search(segment.lower()))


def names_year(segment: str) -> bool:
    """Whether a path segment names a year of such a column."""
    return bool(path_rule("path_year").search(segment.lower()))


def is_annual_path(url: str) -> bool:
    """Whether the path of ``url`` leads through a column of annual reports."""
    return any(names_column(s) or names_year(s) for s in urlsplit(url).path.split("/") if s)


def column_of(url: str, family: str) -> str | None:
    """The column that an article's address shows, None when it shows none.

    Args:
        url: address of a report.
        family: the site's family.
    """
    reader = _READERS.get(family)
    parts = urlsplit(url)
    path = reader(parts.path, parts.query) if reader else _folder(parts.path, "")
    return f"{parts.scheme}://{parts.netloc}{path}" if path else None


def _hanweb(path: str, query: str) -> str | None:
    if path.startswith("/col/"):
        return path
    match = re.search(r"^(.*)/art/\d{4}/\d{1,2}/\d{1,2}/art_(\d+)_\d+", path)
    return f"{match.group(1)}/col/col{match.group(2)}/index.html" if match else None


def _hanweb_jpaas(path: str, query: str) -> str | None:
    match = re.search(r"^(.+)/art/\d{4}/art_[0-9a-f-]{32,36}\.html$", path)
    if match:
        return f"{match.group(1)}/index.html"
    return _hanweb(path, query)


def _hanweb_xxgk(path: str, query: str) -> str | None:
    area = parse_qs(query).get("area")
    return f"{path}?area={area[0]}" if area else None


def _trs(path: str, query: str) -> str | None:
    folder = re.sub(r"(/\d{6})?/t\d{6,8}(_\d+)?(_\w+)?\.s?html?$", "/", path)
    return folder if folder != path and not _is_other(folder) else None


def _ucap(path: str, query: str) -> str | None:
    match = re.search(r"^(.+?)/(?:\d{6}|\d{4}/\d{1,2}/\d{1,2})/[^/]+\.shtml$", path)
    match = match or re.search(r"^(.+/c\d{5,6})/\w+\.shtml$", path)
    if match is None or _is_other(match.group(1)):
        return None
    return f"{match.group(1)}/common_list.shtml"


def _gkmlpt(path: str, query: str) -> str | None:
    match = re.search(r"^(.*/gkmlpt)/content/", path)
    return f"{match.group(1)}/index" if match else None


def _lonsun(path: str, query: str) -> str | None:
    match = re.search(r"^(.*)/public/(?:column/)?(\d{4,})(?:/|$)", path)
    return f"{match.group(1)}/public/column/{match.group(2)}?type=3&action=list" if match else None


def _truecms(path: str, query: str) -> str | None:
    match = re.search(r"^(.+)/content/[0-9a-f-]{36}\.html$", path)
    return f"{match.group(1)}/{match.group(1).rsplit('/', 1)[-1]}.html" if match else None


def _aspx(path: str, query: str) -> str | None:
    dept = parse_qs(query).get("dept")
    if not dept:
        return None
    return f"{path.rsplit('/', 1)[0]}/department.aspx?id={dept[0]}"


def _vsb(path: str, query: str) -> str | None:
    return None  # an article's address has the column's number, its page has a name


def _openness(path: str, query: str) -> str | None:
    return None  # articles are numbered through all columns


def _is_other(folder: str) -> bool:
    segments = [s for s in folder.split("/") if s]
    return bool(segments) and bool(path_rule("path_other").search(segments[-1]))


def _folder(path: str, query: str) -> str | None:
    """The deepest folder from the one that names the column on, articles' own folders off."""
    folders = [s for s in path.split("/")[1:-1] if s]
    named = [n for n, segment in enumerate(folders) if names_column(segment)]
    if not named:
        return _uuid_column(path)
    last = len(folders)
    while last > named[-1] + 1 and _is_articles_own(folders[last - 1]):
        last -= 1
    return "/" + "/".join(folders[:last]) + "/"


def _is_articles_own(segment: str) -> bool:
    """Whether a folder is an article's or a date's, not a column's."""
    dated = re.fullmatch(r"(20\d\d-)?\d\d|(19|20)\d{4,6}|20\d\d-\d\d-\d\d", segment)
    numbered = re.fullmatch(r"\d{5,}|[0-9a-fA-F]{24,36}|content", segment)
    return bool(dated or numbered)


def _uuid_column(path: str) -> str | None:
    match = re.search(r"^(.*/columns/[0-9a-f-]{36})/\d{6}/", path)
    return f"{match.group(1)}/index.html" if match else None


_READERS: dict[str, Callable[[str, str], str | None]] = {
    "hanweb": _hanweb,
    "hanweb_jpaas": _hanweb_jpaas,
    "hanweb_xxgk": _hanweb_xxgk,
    "trs": _trs,
    "ucap": _ucap,
    "gkmlpt": _gkmlpt,
    "lonsun": _lonsun,
    "truecms": _truecms,
    "aspx": _aspx,
    "vsb": _vsb,
    "openness": _openness,
}
