"""Documents that cover another year than their list row says.

Remembers, for a province, from which list years each covered year gets documents, so that loading
a year finds them without reading everything. A cache of what parsing saw: it only grows, and a
year too many in it costs time, not truth.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from pipelines.parsing import Parsed
from warehouse.facts.files import write_whole
from warehouse.home import Home


class Strays:
    """The strays of one province.

    Args:
        home: whose.
        province: province key.
    """

    def __init__(self, home: Home, province: str) -> None:
        self._path = home.state / "strays" / f"{province}.json"

    def _read(self) -> dict[str, list[int]]:
        try:
            known: dict[str, list[int]] = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return known

    def note(self, parsed: Iterable[Parsed]) -> None:
        """Remembers the strays among some documents.

        Raises:
            OSError: they cannot be written down.
        """
        known = self._read()
        before = json.dumps(known, sort_keys=True)
        for one in parsed:
            hint, covered = one.document.year, one.year
            if hint is not None and covered is not None and hint != covered:
                known[str(covered)] = sorted({*known.get(str(covered), []), hint})
        if json.dumps(known, sort_keys=True) != before:
            write_whole(self._path, json.dumps(known, sort_keys=True))

    def hints(self, years: Iterable[int]) -> set[int]:
        """The list years whose documents may cover one of these years."""
        known = self._read()
        return {hint for year in years for hint in known.get(str(year), [])}
