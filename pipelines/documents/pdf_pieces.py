"""Lines of text cut between columns: words and figures of a table that no lines divide.

What is a figure is told here; which row and column it stands in is found elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from pipelines.documents.pdf_lines import NARROW_GAP, SEGMENT_GAP, Line, make_line, segments
from pipelines.documents.pdf_shapes import Edge
from pipelines.documents.pdf_stitch import is_value
from warehouse.facts.files import load_yaml

_GAP = 0.45  # ems between two labels; letters of one have less between them
_BARE_NUMBER = re.compile(r"\d{1,2}[.．、,，)）]")


def pieces_of(line: Line, walls: Sequence[Edge] = ()) -> list[Line]:
    """A line cut between columns; figures are cut at every space.

    Args:
        line: the line.
        walls: upright ruled lines.
    """
    found: list[Line] = []
    for part in _at_walls(line, walls):
        for piece in _joined(segments(part, _GAP)):
            found += segments(piece, NARROW_GAP) if is_figure(piece.text) else [piece]
    return found


def _at_walls(line: Line, walls: Sequence[Edge]) -> list[Line]:
    """A line cut where upright ruled lines go through it."""
    xs = sorted(w.at for w in walls if w.start <= line.middle <= w.end)
    groups = [[line.chars[0]]]
    for before, char in pairwise(line.chars):
        left, right = (before.x0 + before.x1) / 2, (char.x0 + char.x1) / 2
        if any(left < x < right for x in xs):
            groups.append([])
        groups[-1].append(char)
    return [line] if len(groups) == 1 else [make_line(g) for g in groups]


def _joined(parts: Sequence[Line]) -> list[Line]:
    """Pieces with the number of a label put back before its words."""
    found: list[Line] = []
    for part in parts:
        before = found[-1] if found else None
        if (
            before is not None
            and is_numbering(before.text)
            and part.box[0] - before.box[2] < SEGMENT_GAP * part.size
            and not is_value(part.text)
        ):
            found[-1] = make_line([*before.chars, *part.chars])
        else:
            found.append(part)
    return found


def is_numbering(text: str) -> bool:
    """Whether a text is the number of a label and nothing else."""
    plain = "".join(text.split())
    found = _numbering().match(plain)
    return found is not None and found.end() == len(plain)


@cache
def _numbering() -> re.Pattern[str]:
    return re.compile(load_yaml("labels.yaml")["numbering"])


def is_figure(text: str) -> bool:
    """Whether a text is what a cell of figures prints: a number, a stroke, a word for none."""
    if not text or _BARE_NUMBER.fullmatch("".join(text.split())):
        return False
    return is_value(text) or _worded().fullmatch("".join(text.split())) is not None


@cache
def _worded() -> re.Pattern[str]:
    """Figures with a unit or a word for their change, and words for none."""
    words = load_yaml("labels.yaml")
    changes = "|".join([*words["increase"], *words["decrease"]])
    units = "|".join(words["units"])
    plain = "|".join([*words["nil_marks"], *words["unchanged"]])
    return re.compile(rf"(?:{changes})?[+＋\-－]?[0-9０-９][0-9０-９,，.．]*(?:{units})?|{plain}")
