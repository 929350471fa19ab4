"""What a form of a page sends: its fields with the values that they have, and where to.

Which field is turned to which value is decided by who sends it: a pager, a choice of years.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import lxml.html

from crawler.addresses import absolute, host_of

_SENT = ("hidden", "text", "search", "")
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sending:
    """One form as it is sent.

    Attributes:
        url: where to; with the fields in it where it is sent as an address.
        form: fields to post; None where it is sent as an address.
    """

    url: str
    form: Fields | None = None


def form_fields(form: lxml.html.HtmlElement) -> dict[str, str]:
    """The fields that a form sends: hidden ones, texts, and what is chosen in its lists."""
    fields: dict[str, str] = {}
    for field in form.iter("input", "select"):
        name = field.get("name")
        if not name:
            continue
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = [o for o in options if "selected" in o.attrib] or options[:1]
            fields[name] = option_value(chosen[0]) if chosen else ""
        elif (field.get("type") or "").lower() in _SENT:
            fields[name] = field.get("value") or ""
    return fields


def option_value(option: lxml.html.HtmlElement) -> str:
    """What an option of a list sends."""
    value = option.get("value")
    return (option.text_content() if value is None else value).strip()


def sending(form: lxml.html.HtmlElement, base: str, changed: dict[str, str]) -> Sending | None:
    """A form as it is sent with some fields changed, None where it leaves the page's host.

    Args:
        form: the form.
        base: address of its page.
        changed: fields by name; others keep their values.
    """
    action = absolute(base, (form.get("action") or "").strip() or base)
    if host_of(action) != host_of(base):
        return None
    fields = form_fields(form) | changed
    if (form.get("method") or "get").lower() == "post":
        return Sending(action, tuple(fields.items()))
    parts = urlsplit(action)
    query = urlencode(dict(parse_qsl(parts.query, keep_blank_values=True)) | fields)
    return Sending(parts._replace(query=query, fragment="").geturl())


def form_of(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """The form that an element stands in."""
    return next(element.iterancestors("form"), None)
