"""The one shape every format becomes: paragraphs and tables in reading order.

No reading here and no meaning: a table is a grid of cells with their raw text and place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

OCR_MISSING = "scans need the optional packages: pip install 'gongkai[ocr]'"
"""What is said when they are not installed."""


PICTURE = "\ufffc"
"""Text of a cell that shows a picture or another thing and no text."""


class DocumentError(Exception):
    """The bytes are not a readable document; the message says why, for the user."""


class NeedsOcrError(DocumentError):
    """Pages that can only be seen: pictures, or text whose characters mean nothing.

    Attributes:
        pages: their 1-based numbers.
        document: what the other pages hold, with the page of each block; None when they hold
            nothing.
    """

    def __init__(
        self, message: str, pages: tuple[int, ...] = (), document: Document | None = None
    ) -> None:
        super().__init__(message)
        self.pages = pages
        self.document = document


NeedsOcr = NeedsOcrError


@dataclass(slots=True)
class Cell:
    """One printed cell.

    Attributes:
        text: its text, outer white space removed, inner line breaks kept.
        row: 0-based row of its upper left corner in the table.
        column: 0-based column of the same; in a table without geometry, its place in the row.
        rowspan: rows it covers.
        colspan: columns it covers.
        page: 1-based page, None for formats without pages.
        box: (left, top, right, bottom) in points from the upper left corner of the page.
        doubt: why its text may not be what is printed (OCR), None when it is sure.
        readings: for a doubtful figure what its ink may say, the best first.
    """

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    doubt: str | None = None
    readings: tuple[str, ...] = ()


@dataclass(slots=True)
class Table:
    """A table as a grid.

    Attributes:
        rows: per grid row the cell in each grid column; a cell that spans stands in every place
            it covers (the same object). Without geometry: the cells of each row in order.
        geometric: whether columns line up; text extractors lose that.
        page: 1-based page it begins on.
    """

    rows: list[list[Cell | None]]
    geometric: bool = True
    page: int | None = None

    def cells(self) -> Iterator[Cell]:
        """Every cell once, in reading order."""
        seen: set[int] = set()
        for row in self.rows:
            for cell in row:
                if cell is not None and id(cell) not in seen:
                    seen.add(id(cell))
                    yield cell

    @property
    def width(self) -> int:
        """Grid columns."""
        return max((len(r) for r in self.rows), default=0)


@dataclass(slots=True)
class Paragraph:
    """A paragraph.

    Attributes:
        text: its text on one line.
        heading: whether the mark-up says it is a heading.
        page: 1-based page.
        doubt: why its figures may not be what is printed, None when they are sure.
    """

    text: str
    heading: bool = False
    page: int | None = None
    doubt: str | None = None


Block = Paragraph | Table


@dataclass(slots=True)
class Document:
    """What was read from one file.

    Attributes:
        media_type: what the bytes are, by their content.
        blocks: paragraphs and tables in reading order, page furniture removed where it is known.
        titles: candidate titles, the most trusted first.
        meta: meta tags and document properties, names in lower case.
        around: text of the page outside the body (navigation, breadcrumbs), for place and organ.
        images: how many pictures of some size the body has.
        drawn: how many parts of it only a browser shows (frames, drawings, what scripts write).
        pictured: pages with text that show large pictures and no table.
        pictures: those of them that are at hand; a table that the document lacks may be one.
        notes: what the reader noticed that makes the content doubtful.
        scanned: the pages that were read by OCR.
        leads: addresses of what an empty page shows or links in place of an article.
        cut: where the file ends before the document does, None when nothing shows that.
    """

    media_type: str
    blocks: list[Block] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    around: str = ""
    images: int = 0
    drawn: int = 0
    pictured: tuple[int, ...] = ()
    pictures: list[bytes] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    scanned: frozenset[int] = frozenset()
    leads: list[str] = field(default_factory=list)
    cut: str | None = None

    @property
    def paragraphs(self) -> list[str]:
        """The texts of all paragraphs."""
        return [b.text for b in self.blocks if isinstance(b, Paragraph)]

    @property
    def tables(self) -> list[Table]:
        """All tables."""
        return [b for b in self.blocks if isinstance(b, Table)]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made ready for the reading of one document.

    Attributes:
        converted: for formats that LibreOffice converts, what it made, or why it could not.
        pictures: of a page that shows pictures, these in its order.
    """

    converted: bytes | DocumentError | None = None
    pictures: tuple[bytes, ...] = ()


NOTHING_PREPARED = Prepared()


Grid = list[list[Cell | None]]


def grid_from_spans(rows: list[list[Cell]], max_cells: int = 200_000) -> Grid:
    """Lays cells with spans out on a grid; see ``grid_and_fit``."""
    return grid_and_fit(rows, max_cells)[0]


def grid_and_fit(rows: list[list[Cell]], max_cells: int = 200_000) -> tuple[Grid, bool]:
    """Lays cells with spans out on a grid, as HTML does.

    Args:
        rows: the cells of each printed row in order, with their spans; their ``row`` and
            ``column`` are set here.
        max_cells: places of the grid at most.

    Returns:
        The grid, and whether the cells fill it without a gap and without one over another.

    Raises:
        DocumentError: the spans ask for more places than ``max_cells``.
    """
    grid: Grid = [[] for _ in rows]
    used = 0
    for r, cells in enumerate(rows):
        line = grid[r]
        width = len(line)
        column = 0
        for cell in cells:
            while column < width and line[column] is not None:
                column += 1
            cell.row = r
            cell.column = column
            if column == width and cell.rowspan == 1 == cell.colspan:
                line.append(cell)
                column = width = width + 1
                used += 1
                continue  # most cells; the check at the end of the row counts them
            down = max(1, min(cell.rowspan, len(rows) - r))
            used += down * cell.colspan
            if used > max_cells:
                raise DocumentError(f"a table of more than {max_cells} cells")
            for rr in range(r, r + down):
                _place(grid[rr], column, cell)
            column += cell.colspan
            width = len(line)
        if used > max_cells:
            raise DocumentError(f"a table of more than {max_cells} cells")
    width = max(map(len, grid), default=0)
    if used == width * len(grid) and not any(None in line for line in grid):
        return grid, True
    for line in grid:
        line.extend([None] * (width - len(line)))
    return grid, False


def _place(line: list[Cell | None], column: int, cell: Cell) -> None:
    """Puts a cell into its places of one row; a place that is taken keeps what it has."""
    end = column + cell.colspan
    if len(line) < end:
        line.extend([None] * (end - len(line)))
    for c in range(column, end):
        if line[c] is None:
            line[c] = cell
