"""Runs of a DOCX body in the colour of the ground they stand on.

The ground is the shading of the run, its paragraph, cell or table, else the white page; a table's
style or a drawing may shade it too, then it is not known. Only light text is looked at.
"""

from __future__ import annotations

from lxml import etree

from pipelines.documents.colours import WHITE, Colour, alike, parse_hex
from pipelines.documents.model import PICTURE
from pipelines.documents.word_package import W

_NAMES = {"w": W[1:-1]}
_LIGHT = etree.XPath(
    "//w:r/w:rPr/w:color[contains('CcDdEeFf', substring(@w:val, 1, 1)) and @w:val != 'auto'"
    " or starts-with(@w:themeColor, 'background') or starts-with(@w:themeColor, 'light')]",
    namespaces=_NAMES,
)
_VAL, _FILL, _THEME = f"{W}val", f"{W}fill", f"{W}themeColor"
_RUN, _PARAGRAPH, _CELL, _TABLE = f"{W}r", f"{W}p", f"{W}tc", f"{W}tbl"
_BOX = f"{W}txbxContent"
_SHADED = {_RUN: "rPr", _PARAGRAPH: "pPr", _CELL: "tcPr", _TABLE: "tblPr"}
_HIGHLIGHTS = {"white": WHITE, "none": None}
_THEMES = ("background1", "light1")


def unseen(root: etree._Element) -> list[etree._Element]:
    """The runs that nobody sees beside others of their cell or paragraph.

    A cell in which nothing else stands shows nothing that can be told from a figure: its text
    becomes a thing that is none.

    Args:
        root: the document; it is changed.
    """
    runs: list[tuple[etree._Element, bool]] = []
    for mark in _LIGHT(root):
        run = mark.getparent().getparent()
        colour = _colour(mark)
        known, ground = _ground(run)
        if colour is not None and (not known or (ground is not None and alike(colour, ground))):
            runs.append((run, known))
    if not runs:
        return []
    found = []
    pale = {run for run, _ in runs}
    for run, known in runs:
        cell = next(run.iterancestors(_CELL, _BOX), None)
        if cell is not None and cell.tag == _CELL:
            if known and any(r not in pale and _written(r) for r in cell.iter(_RUN)):
                found.append(run)
            elif _is_figure(cell):
                for text in run.iter(f"{W}t"):
                    text.text = PICTURE
        elif known:
            found.append(run)
    return found


def _colour(mark: etree._Element) -> Colour | None:
    if mark.get(_THEME) in _THEMES:
        return WHITE
    return parse_hex(mark.get(_VAL) or "")


def _ground(run: etree._Element) -> tuple[bool, Colour | None]:
    """Whether the ground of a run is known, and its colour (None: some other)."""
    styled = False
    for element in (run, *run.iterancestors(*_SHADED, _BOX)):
        if element.tag == _BOX:
            return False, None
        properties = element.find(f"{W}{_SHADED[str(element.tag)]}")
        if properties is None:
            continue
        highlight = properties.find(f"{W}highlight")
        if highlight is not None and highlight.get(_VAL) != "none":
            return True, _HIGHLIGHTS.get(highlight.get(_VAL) or "")
        shade = properties.find(f"{W}shd")
        fill = None if shade is None else shade.get(_FILL)
        if fill is not None and fill != "auto":
            return True, parse_hex(fill)
        styled = styled or properties.find(f"{W}tblStyle") is not None
    return (False, None) if styled else (True, WHITE)


def _written(element: etree._Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{W}t")).strip()


def _is_figure(cell: etree._Element) -> bool:
    """Whether a cell holds digits and no words."""
    text = _written(cell)
    return any(c.isdigit() for c in text) and not any(c.isalpha() for c in text)
