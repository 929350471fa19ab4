"""A DOCX body made ready for reading: what is never printed is cut before the walk.

Deleted and moved-away text, struck-out and hidden text, field codes, placeholders, marks of
footnotes beside figures, the second copy of drawings.
Cutting happens inside libxml2; the walk after it needs no checks a run.
"""

from __future__ import annotations

from lxml import etree

from pipelines.documents.footnotes import is_footnote
from pipelines.documents.model import PICTURE
from pipelines.documents.word_colours import unseen
from pipelines.documents.word_package import W
from pipelines.documents.word_shown import prepare

P, TBL, TR, TC, SDT = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}sdt"
BOX = f"{W}txbxContent"
JOINED = "joined"
"""Attribute of a paragraph whose end was deleted: the next one continues it."""
_BLANKS = {f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}
_TEXT = f"{W}t"
_TEXTS = (_TEXT, *_BLANKS)
_RUN, _PROPERTIES = f"{W}r", f"{W}pPr"
_GONE = (f"{W}del", f"{W}moveFrom", f"{W}cellDel")
_NEVER = tuple(f"{W}{n}" for n in ("instrText", "delText", "delInstrText", "tabs", "rt"))
_LOOKS = tuple(  # elements that only say how things look; the walk is shorter without them
    f"{W}{n}"
    for n in ("rPr", "tcW", "tcBorders", "tcMar", "vAlign", "shd", "noWrap", "jc", "ind", "spacing")
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_STRIKES = (f"{W}strike", f"{W}dstrike")
_OFF = ("0", "false", "off")
_CUT = "cut"
_MARKED = {f"{W}rPr": P, f"{W}trPr": TR, f"{W}tcPr": TC}  # where a mark of deletion stands, of what
Boxes = dict[etree._Element, list[etree._Element]]


def clean(root: etree._Element, styles: bytes = b"") -> Boxes:
    """Cuts what is not printed and takes text boxes out of their paragraphs.

    Args:
        root: the document; it is changed.
        styles: its part of styles, empty without one.

    Returns:
        The text boxes by the paragraph they are anchored in.
    """
    for element in prepare(root, styles):
        element.tag = _CUT
    for element in (*_deleted(root), *_hidden(root), *_struck(root), *_footnotes(root)):
        element.tag = _CUT
    for element in unseen(root):
        element.tag = _CUT
    etree.strip_elements(root, _CUT, *_GONE, *_NEVER, *_LOOKS, _FALLBACK, with_tail=False)
    for element in root.iter(*_BLANKS):
        element.text = _BLANKS[str(element.tag)]
    return _take_boxes(root)


def _deleted(root: etree._Element) -> list[etree._Element]:
    """Rows and cells whose marks say deleted; paragraphs whose end is deleted are marked."""
    found = []
    for mark in root.iter(*_GONE):
        parent = mark.getparent()
        holder = _MARKED.get(str(parent.tag)) if parent is not None else None
        element = _above(mark, holder) if holder is not None else None
        if element is None:
            continue
        if holder == P:
            element.set(JOINED, "1")
        else:
            found.append(element)
    return found


def _hidden(root: etree._Element) -> list[etree._Element]:
    """Runs of hidden text, and the runs of placeholders that wait for an entry."""
    found: list[etree._Element] = []
    for mark in root.iter(f"{W}vanish"):
        run = _above(mark, f"{W}r", f"{W}pPr")
        if run is not None and run.tag == f"{W}r" and _is_on(mark):
            found.append(run)
    for mark in root.iter(f"{W}showingPlcHdr"):
        control = _above(mark, SDT)
        content = None if control is None else control.find(f"{W}sdtContent")
        if content is not None and _is_on(mark):
            found += content.iter(f"{W}r")
    return found


def _struck(root: etree._Element) -> list[etree._Element]:
    """Runs that are struck out; those that are all of a cell show something that is no figure."""
    found = []
    for mark in root.iter(*_STRIKES):
        run = _above(mark, _RUN, _PROPERTIES)
        if run is None or run.tag != _RUN or not _is_on(mark):
            continue
        cell = _above(run, TC)
        if cell is not None and _written(cell) == _written(run):
            for text in run.iter(f"{W}t"):
                text.text = PICTURE
        else:
            found.append(run)
    return found


def _footnotes(root: etree._Element) -> list[etree._Element]:
    """Raised marks in a cell beside something else."""
    found = []
    for mark in root.iter(f"{W}vertAlign"):
        run = _above(mark, _RUN, _PROPERTIES)
        cell = None if run is None or run.tag != _RUN else _above(run, TC)
        if run is None or cell is None or mark.get(f"{W}val") == "baseline":
            continue
        if is_footnote(_written(run)) and _written(cell) != _written(run):
            found.append(run)
    return found


def _written(element: etree._Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{W}t")).strip()


def _is_on(mark: etree._Element) -> bool:
    return (mark.get(f"{W}val") or "").lower() not in _OFF


def _above(element: etree._Element, *tags: str) -> etree._Element | None:
    """The nearest ancestor with one of these tags."""
    return next(element.iterancestors(*tags), None)


def _take_boxes(root: etree._Element) -> Boxes:
    """Detaches text boxes; the outer of two nested ones keeps the inner."""
    boxes: Boxes = {}
    for box in list(root.iter(BOX)):
        paragraph = _above(box, P)
        parent = box.getparent()
        if paragraph is not None and parent is not None:
            boxes.setdefault(paragraph, []).append(box)
    for found in boxes.values():
        for box in found:
            parent = box.getparent()
            if parent is not None:
                parent.remove(box)
    return boxes


def text_of(paragraph: etree._Element) -> str:
    """The text of a cleaned paragraph on one line."""
    count = len(paragraph)
    if not count:
        return ""
    run = paragraph[-1]
    if (
        len(run) == 1
        and run[0].tag == _TEXT
        and run.tag == _RUN
        and (count == 1 or _is_second(count, paragraph[0]))
    ):
        return " ".join((run[0].text or "").split())  # one run of one text: most cells
    return " ".join("".join(paragraph.itertext(*_TEXTS, with_tail=False)).split())


def _is_second(count: int, first: etree._Element) -> bool:
    """Whether a run is all that follows the properties of its paragraph."""
    return count == 2 and first.tag == _PROPERTIES


def inside(control: etree._Element) -> list[etree._Element]:
    """What a content control or another wrapper holds."""
    content = control.find(f"{W}sdtContent")
    return list(control if content is None else content)
