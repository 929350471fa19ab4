"""Lines of a page's back that shine through thin paper: found by how pale they are, and left out.

Only where pale letters shine through, too; else pale lines are a style of the page itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.documents.pdf_shapes import Edge
from pipelines.documents.scan_ink import Mask
from pipelines.documents.scan_light import Pixels, coarse, fine, spread, squares

_PALE, _PAPER, _DARK = 150, 238, 140  # grey levels: between the first two is pale, below ink
_BESIDE = 2  # small squares; what is as near to ink is its rim
_RUN, _FULL = 8, 15  # of these to both sides; of these seventeen a line fills as many
_LETTERS = 0.006  # of a page; less that is pale may be anything
_PALER = 0.45  # of the usual contrast; a line of the back has less
_USUAL = 10  # per cent of the lines are as dark as those of this side
_INK = 1  # per cent of the page is as dark as its print


def palest_line(paper: Pixels, edges: Sequence[Edge]) -> int:
    """The grey level of which a line must be at least to be one of this side, 255 for any.

    Args:
        paper: grey levels of the sheet.
        edges: its lines, in pixels.
    """
    if not edges or not _shines_through(paper):
        return 255
    ink = float(np.percentile(paper[::3, ::3], _INK))
    darkest = min(float(np.percentile([level_of(paper, e) for e in edges], _USUAL)), ink)
    return int(255.0 - _PALER * (255.0 - darkest))


def without_back(paper: Pixels, palest: int) -> Pixels:
    """A sheet on which what is paler than a line of this side, and not beside ink, is white."""
    height, width = paper.shape
    beside = fine(spread(coarse(paper) < palest, 1), height, width)
    cleaned: Pixels = np.where(beside | (paper < palest), paper, 255).astype(np.uint8)
    return cleaned


def _shines_through(paper: Pixels) -> bool:
    """Whether there is pale print on a page, lines left out."""
    small = coarse(paper)
    pale = (small > _PALE) & (small < _PAPER) & ~spread(small < _DARK, _BESIDE)
    lines = (squares(pale, 0, _RUN) >= _FULL) | (squares(pale, _RUN, 0) >= _FULL)
    letters: Mask = pale & ~spread(pale & lines, 1)
    return float(letters.mean()) > _LETTERS


def level_of(paper: Pixels, edge: Edge) -> float:
    """How dark a line is: the middle of its darkest pixels."""
    first, last = max(0, int(edge.at) - 2), int(edge.at) + 3
    along = slice(int(edge.start), max(int(edge.start) + 1, int(edge.end)))
    band = paper[along, first:last].T if edge.upright else paper[first:last, along]
    return float(np.median(band.min(axis=0))) if band.size else 255.0
