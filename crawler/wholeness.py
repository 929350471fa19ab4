"""Whether a body whose end the server did not announce came whole.

Old servers end a body by closing the connection, and so does a connection that breaks. Only the
bytes can tell: a whole file ends as its format ends.
"""

from __future__ import annotations

import re

_HTML_END = re.compile(rb"</(?:html|body|datastore|recordset)>\s*(?:<!--.*?-->\s*)*$", re.S | re.I)


def looks_whole(body: bytes) -> bool:
    """Whether ``body`` ends as its format ends; False for formats that cannot tell."""
    if body.startswith(b"%PDF"):
        return b"%%EOF" in body[-1024:]
    if body.startswith(b"PK\x03\x04"):
        return b"PK\x05\x06" in body[-66000:]
    tail = body[-4096:].rstrip()
    if body.lstrip()[:1] in (b"{", b"["):
        return tail.endswith((b"}", b"]"))
    return bool(_HTML_END.search(tail))
