"""What the shape of an address says: an article, a column, the same kind as another.

Knows addresses only, no markup and no words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from crawler.addresses import host_of

_ID = re.compile(r"\d{5,}|(?<![0-9a-z])[0-9a-f]{16,}(?![0-9a-z])|[0-9a-f]{8}-[0-9a-f]{4}-", re.I)
_FOLDER_ID = re.compile(r"/(?:\d{8,}|[0-9a-f]{32}|[0-9a-f-]{36})/?$", re.IGNORECASE)
_INDEXED = re.compile(
    r"/(?:\d{5,}|[0-9a-f]{32}|[0-9a-f-]{36}|c?\d{5,})/(?:index|content)\.\w+$", re.IGNORECASE
)
_MARKED = re.compile(
    r"/(?:art|content|post|c|t|info|show)_?\d+[\w-]*(?:\.\w+)?$|/(?:show|info|content|doc)/"
    r"(?:[\w-]+/)*\d+(?:\.\w+)?$|/\d{3}\.\w+$|/pnidpv\d+|/(?!19|20)\d{4}\.\w+$",
    re.IGNORECASE,
)
_KEYS = re.compile(r"^(?:(?:info|news|wbnews|article|doc|content)_?)?(?:id|guid)$", re.IGNORECASE)
_INDEX = re.compile(
    r"^(?:(?:index|default|list|common_list|secondpage)(?:[_-]?\d+)?|\d{1,3})$", re.IGNORECASE
)
_INDEX_FILE = re.compile(r"^index\.(?:s?html?|jsp|aspx?|php)$", re.IGNORECASE)
_SCRIPT = re.compile(r"\.(?:jspx?|aspx?|php|do|action|ashx)$|/[^./]+$", re.IGNORECASE)
_REPORTS = re.compile(r"(?:xxgk|gk|xxg)\w{0,8}(?:nb|ndbg|nianb)|ndbg|annualreport|gknb", re.I)
_FILES = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|rtf|ofd|jpe?g|png|gif|css|js)$", re.I)


@lru_cache(maxsize=4096)
def is_article(url: str) -> bool:
    """Whether an address looks like one document's."""
    parts = urlsplit(url)
    path = parts.path
    if _FOLDER_ID.search(path) or _INDEXED.search(path) or _MARKED.search(path):
        return True
    name = path.rsplit("/", 1)[-1]
    stem = name.rsplit(".", 1)[0]
    if _ID.search(stem) and not _INDEX.match(stem):
        return True
    pairs = parse_qsl(parts.query)
    return any(_KEYS.match(key) and re.search(r"\d", value) for key, value in pairs)


def is_indexed(url: str) -> bool:
    """Whether an address may be one document's or a column's: a numbered folder."""
    return bool(re.search(r"/\d{5,7}/(?:index\.\w+)?$", urlsplit(url).path))


@lru_cache(maxsize=4096)
def is_file(url: str) -> bool:
    """Whether an address ends like a file that is no page."""
    return bool(_FILES.search(urlsplit(url).path))


def is_sister(url: str, other: str) -> bool:
    """Whether two addresses are on one host, or on one and another below it; ``www.`` aside."""
    one, two = (host_of(u).removeprefix("www.") for u in (url, other))
    return one == two or one.endswith(f".{two}") or two.endswith(f".{one}")


def is_script(url: str) -> bool:
    """Whether an address asks a program rather than a file."""
    return bool(_SCRIPT.search(urlsplit(url).path))


def path_folder(url: str) -> str:
    """The path of the folder that a page stands in, with the slash."""
    path = urlsplit(url).path
    return path[: path.rfind("/") + 1] or "/"


@lru_cache(maxsize=4096)
def column_key(url: str) -> str:
    """What two addresses of one list have in common: no scheme, no name of the index file."""
    parts = urlsplit(url)
    head, _, name = parts.path.rpartition("/")
    path = f"{head}/" if _INDEX_FILE.match(name) else parts.path
    return f"{parts.netloc.lower()}{path}?{parts.query}#{parts.fragment}"


@lru_cache(maxsize=4096)
def folder_of(url: str) -> str:
    """The address up to its last slash."""
    parts = urlsplit(url)
    return f"//{parts.netloc}{parts.path.rsplit('/', 1)[0]}/"


@lru_cache(maxsize=4096)
def own_folder(url: str) -> str:
    """The folder that pages below a column lie in.

    A column ``a/index.html`` owns ``a/``; a column ``a/name.htm`` owns ``a/name/``.
    """
    path = urlsplit(url).path
    stem, _, suffix = path.rsplit("/", 1)[-1].partition(".")
    if not stem or _INDEX.match(stem) or suffix in ("jsp", "aspx", "php", "asp", "do", "jspx"):
        return folder_of(url)
    return f"{folder_of(url)}{stem}/"


def is_rooted(column: str) -> bool:
    """Whether the folder that a column owns is the whole host."""
    return own_folder(column) == f"//{urlsplit(column).netloc}/"


def is_below(url: str, column: str) -> bool:
    """Whether an address lies in the folder that a column owns, and is not the column's own."""
    parts = urlsplit(url)
    address = f"//{parts.netloc}{parts.path}"
    home = own_folder(column)
    return address.startswith(home) and own_folder(url) != home


def is_beside(url: str, column: str) -> bool:
    """Whether an address lies next to a column: same host, same folder above."""
    above = own_folder(column).rstrip("/").rsplit("/", 1)[0]
    mine = own_folder(url).rstrip("/").rsplit("/", 1)[0]
    return mine == above or folder_of(url) == folder_of(column)


def kind_of(url: str) -> str:
    """What two documents of one list have in common: host, first folder, form of the name."""
    parts = urlsplit(url)
    segments = [s for s in parts.path.split("/") if s]
    first = segments[0] if len(segments) > 1 else ""
    name = re.sub(r"[0-9a-f-]{16,}|\d+", "0", "/".join(segments[-1:]).lower())
    keys = sorted(key for key, _ in parse_qsl(parts.query))
    return f"{parts.netloc}/{first}/{name}?{','.join(keys)}"


def names_reports(url: str) -> bool:
    """Whether the path says, in letters, that it is an annual-report column."""
    return bool(_REPORTS.search(urlsplit(url).path))
