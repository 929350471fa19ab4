"""What a page draws, as plain shapes: characters, ruled lines, fills, pictures.

Points from the upper left corner of the page as it is shown. Nothing is read here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

THIN = 2.6
"""Points; a fill as thin as this is a ruled line."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Matrix = tuple[float, float, float, float, float, float]
"""How a space of the file lies on the page as shown."""


class Char(NamedTuple):
    """One drawn character and its box; white space is not drawn and has none."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


class Edge(NamedTuple):
    """One ruled line: ``at`` on its own axis, from ``start`` to ``end`` along it."""

    upright: bool
    at: float
    start: float
    end: float


@dataclass(slots=True)
class Page:
    """What one page draws.

    Attributes:
        number: 1-based.
        width: in points, as shown.
        height: in points, as shown.
        chars: in the order of the file.
        edges: straight strokes and thin fills along the axes.
        fills: larger filled rectangles.
        dots: the middles of fills of a point or two; rows of them make lines.
        images: boxes of pictures.
        hidden: how many characters were left out since nobody sees them.
        faint: characters left out since they are far paler than the others, or covered.
        objects: how many things it draws, forms and what is in them included.
        strokes: how many paths it draws.
        stock_font: whether some text is in Helvetica from outside the file, which also stands in
            for fonts that cannot be found.
        disguised: whether some digit of its text is drawn as another.
        texts: how many texts run to the right, down, to the left and up.
        turned: by how many quarters, clockwise, the page is shown that was turned upright.
        vanished: where text stands of which nothing is seen: a space, or glyphs that are lost.
    """

    number: int
    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    hidden: int = 0
    faint: list[Char] = field(default_factory=list)
    objects: int = 0
    strokes: int = 0
    stock_font: bool = False
    disguised: bool = False
    texts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    turned: int = 0
    vanished: list[tuple[float, float]] = field(default_factory=list)

    def add_rectangle(self, box: Box) -> None:
        """Adds a filled rectangle: a ruled line when it is thin, else a fill."""
        x0, top, x1, bottom = box
        wide, high = x1 - x0, bottom - top
        if high <= THIN and wide > 1.5 * high:
            self.edges.append(Edge(False, (top + bottom) / 2, x0, x1))
        elif wide <= THIN and high > 1.5 * wide:
            self.edges.append(Edge(True, (x0 + x1) / 2, top, bottom))
        elif wide > THIN and high > THIN:
            self.fills.append(box)
        else:
            self.dots.append(((x0 + x1) / 2, (top + bottom) / 2))


def boxed(left: float, bottom: float, right: float, top: float, matrix: Matrix) -> Box:
    """A box of some space of the file on the page as shown."""
    a, b, c, d, e, f = matrix
    if a > 0 > d and not b and not c:
        return (left * a + e, top * d + f, right * a + e, bottom * d + f)
    if not b and not c:
        x0, x1, y0, y1 = left * a + e, right * a + e, top * d + f, bottom * d + f
    else:
        corners = [(x, y) for x in (left, right) for y in (bottom, top)]
        xs = [x * a + y * c + e for x, y in corners]
        ys = [x * b + y * d + f for x, y in corners]
        x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share some of the page."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
