"""Addresses as the crawler compares them, and dates that addresses carry."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit

from w3lib.url import safe_url_string

_PRINTED = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
# The day, or day and month, in front of the rest, as rows print them in large figures.
_DAY_APART = re.compile(
    r"(?<![\d.-])(?P<d>\d{1,2})\s+(?P<y>(?:19|20)\d\d)[-/.年](?P<m>\d{1,2})(?![\d/.-])"
    r"|(?<![\d./-])(?P<n>\d{1,2})[-/.月](?P<e>\d{1,2})日?\s+(?P<z>(?:19|20)\d\d)(?![\d/.年-])"
)
_SESSION_PATH = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/?#;]*", re.IGNORECASE)
_SESSION_FIELD = re.compile(
    r"^(?:jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id)=", re.IGNORECASE
)
_PLAIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]*[a-z0-9])+/[A-Za-z0-9_/.~&=?-]*")
# user names before the host and the root's dot behind it: the same host by another name
_ODD_AUTHORITY = re.compile(
    r"^(https?://)(?:[^/?#]*@)?([^/?#@:]*[^/?#@:.])\.?((?::\d*)?(?=[/?#]|$))"
)
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|aspx?|php)$", re.IGNORECASE)
_IN_PATH = (
    re.compile(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+"),
    re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d)-(\d\d)[-/](\d\d)/"),
    re.compile(r"/((?:19|20)\d\d)(\d\d)(\d\d)/"),
    re.compile(r"/((?:19|20)\d\d)(\d\d)()/"),
)


def absolute(base: str, href: str) -> str:
    """``href`` as the address that is asked for.

    Joined, escaped, without fragment, session id, user name and the dot behind a host. What is no
    address at all (a port of letters, half a bracket) comes back as it was written, and ``is_web``
    says so.
    """
    written = href.strip().replace("\n", "").replace("\r", "").replace("\t", "")
    # Browsers take a backslash in a path for a slash.
    head, mark, tail = written.partition("?")
    written = head.replace("\\", "/") + mark + tail
    try:
        joined = urldefrag(urljoin(base, written)).url
        if not _PLAIN.fullmatch(joined):  # most are, and need no further look
            joined = _ODD_AUTHORITY.sub(r"\1\2\3", safe_url_string(joined), count=1)
        return _without_session(joined)
    except ValueError:
        return written


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """What addresses of one document have in common, whichever road leads to it.

    Scheme, the scheme's own port, ``www.``, session ids, doubled slashes and the name of an index
    file make no difference.
    """
    try:
        parts = urlsplit(_without_session(url))
    except ValueError:  # no address, so nothing else can be the same
        return url
    netloc = re.sub(r":(?:80|443)$", "", parts.netloc.lower()).removeprefix("www.")
    path = re.sub(r"/{2,}", "/", parts.path) or "/"
    path = _INDEX_FILE.sub("/", path)
    return f"//{netloc}{path}" + (f"?{parts.query}" if parts.query else "")


def _without_session(url: str) -> str:
    """``url`` without the session id that a server wrote into it."""
    bare = _SESSION_PATH.sub("", url)
    head, mark, query = bare.partition("?")
    if not mark:
        return bare
    kept = [pair for pair in query.split("&") if not _SESSION_FIELD.match(pair)]
    return f"{head}?{'&'.join(kept)}" if kept else head


@lru_cache(maxsize=4096)
def is_web(url: str) -> bool:
    """Whether ``url`` is an http or https address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host name of ``url``, lower case, without port; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _make_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day or 1))
    except ValueError:
        return None


def printed_date(text: str) -> date | None:
    """The last full date printed in ``text``, None when there is none.

    Understands ``2023-01-30``, ``2023/1/30``, ``2023.1.30``, the Chinese form, brackets around
    it, line breaks inside it, and a day set apart. The last one, since a row prints the day of
    issue before the day of publication.
    """
    found = [_make_date(*match.groups()) for match in _PRINTED.finditer(text)]
    if day := next((day for day in reversed(found) if day), None):
        return day
    apart = _DAY_APART.search(text)
    if apart is None:
        return None
    return _make_date(apart["y"] or apart["z"], apart["m"] or apart["n"], apart["d"] or apart["e"])


def path_date(url: str) -> date | None:
    """The day (or the first of the month) that the path of ``url`` carries, else None.

    It is the day of creation and can differ from the printed one: the second choice.
    """
    path = urlsplit(url).path
    for pattern in _IN_PATH:
        match = pattern.search(path)
        if match and (day := _make_date(*match.groups())):
            return day
    return None
