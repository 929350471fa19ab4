"""Every version of a report: what was published, what replaced it, and which cells changed.

A version is certain bytes read by a certain parser. Older bytes of an address are in the
archive's manifest; what an older parser read is in the partition that stands in the lake. The
chain only grows: a rerun adds nothing, a killed load leaves the old partition with its chain.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.documents import PromisedDocument
from pipelines.cells import Cells, changes, lake_cells
from pipelines.filing import Filed
from pipelines.reports import PARSER_VERSION
from warehouse.home import Home
from warehouse.lake import LakeError, read_manifest, read_tables

VersionRow = dict[str, object]

PUBLISHED, READ, SOURCE = "published anew", "read anew", "another source"
WITHDRAWN = "no longer read as a report"

_TABLES = ("report_version", "proactive", "request", "legal_challenge", "indicator")


@dataclass(frozen=True)
class Known:
    """What the partition in the lake knows.

    Attributes:
        chains: the versions of each report, oldest first.
        cells: the figures of its newest version.
        trouble: why nothing is known, where a partition stands that cannot be read.
    """

    chains: dict[str, list[VersionRow]] = field(default_factory=dict)
    cells: dict[str, Cells] = field(default_factory=dict)
    trouble: str | None = None


def read_known(home: Home, province: str, year: int) -> Known:
    """The versions that the last load of a partition left."""
    try:
        manifest = read_manifest(home, province, year)
        tables = read_tables(manifest, _TABLES) if manifest else {}
    except LakeError as error:
        return Known(trouble=str(error))
    chains: dict[str, list[VersionRow]] = {}
    for row in tables.get("report_version", []):
        chains.setdefault(str(row["report_id"]), []).append(row)
    for chain in chains.values():
        chain.sort(key=_number)
    return Known(chains, lake_cells(tables))


def older_bytes(documents: Iterable[PromisedDocument]) -> list[PromisedDocument]:
    """One document for each earlier content of an address, oldest first by address."""
    return [
        dataclasses.replace(
            document,
            sha256=version.sha256,
            warc=version.warc,
            offset=version.offset,
            fetched_at=version.fetched_at,
            bytes=None,
            versions=[],
        )
        for document in documents
        for version in document.versions
    ]


class Ledger:
    """Makes the version rows of one partition.

    Args:
        known: what the lake knows.
        now: the time of the load.
        live: the keys of the reports that there are now.
    """

    def __init__(self, known: Known, now: datetime, live: Collection[str]) -> None:
        self._known = known
        self._now = now.isoformat()
        self._by_url = {
            str(chain[-1]["url"]): report_id
            for report_id, chain in known.chains.items()
            if report_id not in live
        }
        self._used: set[str] = set()

    def rows(self, chosen: Filed, head: VersionRow, earlier: Sequence[Filed]) -> list[VersionRow]:
        """The versions of one report, oldest first.

        Args:
            chosen: the source that is read.
            head: its row of ``report_version`` without number and replacement.
            earlier: readings of older bytes of the same address for the same report.
        """
        chain, cells = self._chain(chosen)
        steps = sorted(earlier, key=lambda f: f.parsed.document.fetched_at or "")
        pending: list[tuple[VersionRow, Cells, str]] = [
            (bytes_row(head, one), one.cells, PUBLISHED) for one in steps
        ]
        pending.append((head, chosen.cells, PUBLISHED))
        if chain:
            pending = self._news(chain[-1], cells, pending)
        for row, figures, reason in pending:
            if chain:
                chain[-1] |= {
                    "replaced_by": len(chain) + 1,
                    "replaced_at": row["fetched_at"] if reason == PUBLISHED else self._now,
                    "reason": reason,
                    "changes": json.dumps(changes(cells, figures), ensure_ascii=False),
                }
            chain.append({**row, "report_id": chosen.report_id, "version": len(chain) + 1})
            cells = figures
        # What is not a figure may be known better by now: the registry, a title in a list.
        chain[-1] |= head
        return chain

    def withdrawn(self) -> list[VersionRow]:
        """The chains of reports that nothing is read as any more; call after all ``rows``."""
        found = []
        for report_id, chain in self._known.chains.items():
            if report_id in self._used:
                continue
            if chain[-1]["reason"] is None:
                chain[-1] |= {"replaced_at": self._now, "reason": WITHDRAWN}
            found += chain
        return found

    def _chain(self, chosen: Filed) -> tuple[list[VersionRow], Cells]:
        """What is known of a report, by its key, else by its address (the key has changed)."""
        key = chosen.report_id
        if key not in self._known.chains:
            key = self._by_url.get(chosen.parsed.document.url, key)
        if key in self._used or key not in self._known.chains:
            return [], {}
        self._used.add(key)
        chain = [{**row, "report_id": chosen.report_id} for row in self._known.chains[key]]
        if chain[-1]["reason"] == WITHDRAWN:
            chain[-1] |= {"replaced_at": None, "reason": None}
        return chain, self._known.cells.get(key, {})

    def _news(
        self,
        last: VersionRow,
        cells: Cells,
        readings: list[tuple[VersionRow, Cells, str]],
    ) -> list[tuple[VersionRow, Cells, str]]:
        """Those of all readings of an address that the chain does not end with yet."""
        same = [
            i
            for i, (row, _, _) in enumerate(readings)
            if (row["url"], row["sha256"]) == (last["url"], last["sha256"])
        ]
        newest, figures, _ = readings[-1]
        if not same:
            return [(newest, figures, PUBLISHED if newest["url"] == last["url"] else SOURCE)]
        if same[-1] < len(readings) - 1:
            return readings[same[-1] + 1 :]
        anew = last["parser"] != PARSER_VERSION or changes(cells, figures)
        return [(newest, figures, READ)] if anew else []


def bytes_row(head: VersionRow, one: Filed) -> VersionRow:
    """The version row of older bytes: what they say, where they lie."""
    document, report = one.parsed.document, one.report
    return head | {
        "organ": report["organ"],
        "title": report["title"],
        "form": report["form"],
        "status": report["status"],
        "published_on": one.day,
        "url": document.url,
        "sha256": document.sha256,
        "fetched_at": document.fetched_at,
        "warc": document.warc,
        "warc_offset": document.offset,
        "findings": len(report["findings"]),
    }


def _number(row: VersionRow) -> int:
    return int(str(row["version"]))
