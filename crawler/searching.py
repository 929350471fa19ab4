"""A site's own search, as the form on its home page offers it.

Only forms that are sent as an address; searches behind scripts are not tried.
"""

from __future__ import annotations

from urllib.parse import urlencode

import lxml.html

from crawler.addresses import absolute, host_of, is_web
from crawler.listing import parse_fragment

_TYPED = ("text", "search", None, "")


def search_address(text: str, base: str) -> str | None:
    """The address of the site's search with ``{}`` for the words, None when it has no such form.

    Args:
        text: source of the home page.
        base: its address.
    """
    tree = parse_fragment(text)
    if tree is None:
        return None
    for form in tree.iter("form"):
        if (form.get("method") or "get").lower() == "get" and (found := _from_form(form, base)):
            return found
    return None


def _from_form(form: lxml.html.HtmlElement, base: str) -> str | None:
    fields = [f for f in form.iter("input") if f.get("name")]
    typed = [f for f in fields if f.get("type") in _TYPED]
    action = (form.get("action") or "").strip()
    if len(typed) != 1 or not action or "login" in action.lower():
        return None
    hidden = {str(f.get("name")): f.get("value") or "" for f in fields if f.get("type") == "hidden"}
    address = absolute(base, action).split("?")[0]
    own = host_of(address).removeprefix("www.") == host_of(base).removeprefix("www.")
    if not own or not is_web(address):
        return None
    query = urlencode(hidden)
    return f"{address}?{query}{'&' if query else ''}{typed[0].get('name')}={{}}"
