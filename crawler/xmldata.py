"""XML answers of list back ends as plain values, like those of JSON.

An element is an object of its attributes and children, or its text. What the fields mean is
``records``'s; records that hold HTML are read by ``listing``.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

_DEEPEST = 30


def parse(text: str) -> Any:
    """The value of an XML document.

    Raises:
        ValueError: it is none.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"no XML: {error}") from None
    return {_name(root): _value(root, 0)}


def _value(element: etree._Element, depth: int) -> Any:
    children = [child for child in element if isinstance(child.tag, str)]
    if depth > _DEEPEST or not (children or element.attrib):
        return "".join(element.itertext()).strip()
    found: dict[str, Any] = dict(element.attrib)
    for child in children:
        value, name = _value(child, depth + 1), _name(child)
        if name in found:
            before = found[name]
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[name] = value
    text = (element.text or "").strip()
    return found | ({"text": text} if text and "text" not in found else {})


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)
