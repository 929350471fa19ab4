"""Documents that came by hand: what they are, where they belong, and their way into the archive.

Reads each one to learn its year and province, where the caller does not say; the archive is
``crawler.byhand``'s, the next load takes it from there.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.addresses import canonical, is_web
from crawler.byhand import Added, Handed, add_documents
from crawler.documents import PromisedDocument, read_documents
from crawler.registry import Site
from pipelines.conversion import Task
from pipelines.documents.read import MAX_BYTES
from pipelines.documents.sniff import sniff
from pipelines.due import Due
from pipelines.given import size_of_file
from pipelines.locks import province_lock
from pipelines.partitions import FIRST_YEAR, last_full_year
from pipelines.reports.read import Context
from pipelines.reports.region import Bounds
from pipelines.workers import readers
from warehouse.facts.divisions import PROVINCES
from warehouse.home import Home


class AddError(Exception):
    """A document cannot be added; the message says why and what to give."""


@dataclass(frozen=True)
class Told:
    """What the command line says of all documents.

    Attributes:
        organ: whose reports they are.
        year: the year they cover.
        province: where they belong.
        url: where the one document was published.
    """

    organ: str | None = None
    year: int | None = None
    province: str | None = None
    url: str | None = None


@dataclass
class Outcome:
    """What came of the files.

    Attributes:
        lines: one a file that was taken, for people.
        refused: one a file that was not, with the reason.
        due: how many documents joined, by province.
        unread: how many of those taken cannot be read as a report.
    """

    lines: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    due: dict[str, set[int]] = field(default_factory=dict)
    unread: int = 0


def check_told(told: Told, files: Sequence[Path], now: datetime) -> None:
    """Refuses what cannot be meant.

    Raises:
        AddError: an unknown province, a year outside the partitions, an address that is none, or
            one address for several files.
    """
    if told.url is not None:
        if not is_web(told.url):
            raise AddError(f"--url {told.url!r} is not an http address")
        if len(files) > 1:
            raise AddError("--url belongs to one file; add the others on their own")
    if told.province is not None and told.province not in PROVINCES:
        near = next((p for p in PROVINCES if p.startswith(told.province[:2])), PROVINCES[0])
        raise AddError(f"no province {told.province!r}; full names such as {near}")
    last = last_full_year(now)
    if told.year is not None and not FIRST_YEAR <= told.year <= last:
        raise AddError(f"year {told.year} is not within {FIRST_YEAR} to {last}")


def add_files(
    home: Home,
    files: Sequence[Path],
    told: Told,
    sites: Sequence[Site],
    now: datetime,
    say: Callable[[str], None],
) -> Outcome:
    """Adds files to the archive of their provinces and makes their partitions due.

    Args:
        home: whose archive.
        files: documents.
        told: what is known of them all.
        sites: the registry.
        now: the time, with a zone.
        say: takes lines of progress, when another run is waited for.

    Raises:
        AddError: as ``check_told``.
        OSError: the archive or the state cannot be written.
        crawler.manifest.ManifestDamagedError: the manifest is broken in the middle.
    """
    check_told(told, files, now)
    by_host = {site.host: site for site in sites}
    site = _site_of(told.url, by_host) if told.url else None
    promised = _promised(home, told, site)
    outcome = Outcome()
    by_province: dict[str, list[tuple[Path, Handed, Mapping[str, Any]]]] = {}
    for path, data, report in _read_all(files, told, site, outcome):
        try:
            province = _province(report, told, site, promised)
            year = _year(report, told, promised, now)
        except AddError as error:
            outcome.refused.append(f"{path}: {error}")
            continue
        kind = sniff(data, path.name)
        host = site.host if site else None
        handed = Handed(data, kind, year, told.url, host, told.organ)
        by_province.setdefault(province, []).append((path, handed, report))
    for province, found in by_province.items():
        run_id = f"{now:%Y%m%dT%H%M%S}-hand-{uuid.uuid4().hex[:4]}"
        with province_lock(home, province, say):
            handed_in = [handed for _, handed, _ in found]
            added = add_documents(home.archive, province, run_id, handed_in, now)
            for (path, _, report), one in zip(found, added, strict=True):
                outcome.lines.append(_words(path, province, one, report))
                outcome.unread += report["status"] == "rejected"
                if one.verdict != "known":
                    outcome.due.setdefault(province, set()).add(one.year)
                    Due(home, province).mark(one.year)
                    _mark_covered(home, province, one, report)
    return outcome


def blocked_documents(home: Home, province: str) -> list[PromisedDocument]:
    """Documents of a province that answered with a challenge page and never came.

    Raises:
        crawler.manifest.ManifestDamagedError: the manifest is broken in the middle.
    """
    return [
        d
        for d in read_documents(home.archive, province)
        if d.sha256 is None and d.outcome == "blocked"
    ]


def _mark_covered(home: Home, province: str, one: Added, report: Mapping[str, Any]) -> None:
    """Makes the year that a report covers due as well, where that is another than was told."""
    covered = report.get("year")
    if isinstance(covered, int) and covered != one.year and covered >= FIRST_YEAR:
        Due(home, province).mark(covered)


def _read_all(
    files: Sequence[Path], told: Told, site: Site | None, outcome: Outcome
) -> list[tuple[Path, bytes, Mapping[str, Any]]]:
    """Every file that can be opened, with what it was read as."""
    given: list[tuple[Path, bytes]] = []
    for path in files:
        try:
            if size_of_file(path) > MAX_BYTES:
                outcome.refused.append(f"{path}: longer than {MAX_BYTES} bytes")
                continue
            data = path.read_bytes()
        except OSError as error:
            outcome.refused.append(f"{path}: {error.strerror or error}")
            continue
        if data:
            given.append((path, data))
        else:
            outcome.refused.append(f"{path}: the file is empty")
    if not given:
        return []
    bounds = Bounds(site.province, site.city, site.county) if site else None
    if bounds is None and told.province:
        bounds = Bounds(told.province, None, None)
    context = Context(url=told.url or "", organ=told.organ, bounds=bounds)
    with readers(min(os.cpu_count() or 1, len(given))) as pool:
        tasks = [Task(data, str(path), context) for path, data in given]
        reports = list(pool.read(tasks))
    return [(path, data, report) for (path, data), report in zip(given, reports, strict=True)]


def _site_of(url: str, by_host: Mapping[str, Site]) -> Site | None:
    """The registry's site with the host of an address, under whichever of its names."""
    netloc = canonical(url).removeprefix("//").partition("/")[0]
    return next((s for h, s in by_host.items() if h.lower().removeprefix("www.") == netloc), None)


def _promised(home: Home, told: Told, site: Site | None) -> tuple[str, PromisedDocument] | None:
    """The document that a list promised at the address, with its province."""
    if told.url is None:
        return None
    wanted = canonical(told.url)
    likely = [p for p in (told.province, site.province if site else None) if p]
    for province in likely or PROVINCES:
        for document in read_documents(home.archive, province):
            if canonical(document.url) == wanted:
                return province, document
    return None


def _province(
    report: Mapping[str, Any],
    told: Told,
    site: Site | None,
    promised: tuple[str, PromisedDocument] | None,
) -> str:
    if told.province:
        return told.province
    if site is not None:
        return site.province
    if promised is not None:
        return promised[0]
    found = report.get("province")
    if found in PROVINCES:
        return str(found)
    raise AddError(
        "the document does not say its province, and no site of the registry has its address;"
        " give --province" + _because(report)
    )


def _year(
    report: Mapping[str, Any],
    told: Told,
    promised: tuple[str, PromisedDocument] | None,
    now: datetime,
) -> int:
    if told.year is not None:
        return told.year
    covered = report.get("year")
    if isinstance(covered, int) and FIRST_YEAR <= covered <= last_full_year(now):
        return covered
    if promised is not None and promised[1].year is not None:
        return promised[1].year
    raise AddError("the document does not say which year it covers; give --year" + _because(report))


def _because(report: Mapping[str, Any]) -> str:
    return f" ({report['error']})" if report.get("error") else ""


_VERDICTS = {
    "added": "added to {where}",
    "resolved": "added to {where} for {url}, which had not come",
    "replaced": "added to {where} as a newer version of {url}",
    "renamed": "was in {where} already; organ or year are noted anew",
    "known": "is in {where} already; nothing is new",
}


def _words(path: Path, province: str, one: Added, report: Mapping[str, Any]) -> str:
    where = f"{province} {one.year}"
    words = f"{path}: {_VERDICTS[one.verdict].format(where=where, url=one.url)}"
    if report["status"] == "rejected":
        return f"{words}; it cannot be read as a report: {report['error']}"
    return f"{words} ({report['organ'] or 'organ not named'}, {report['status']})"
