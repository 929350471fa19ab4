"""The four stages of the road as plain functions: crawl, parse, load, publish.

Each does what it can for its block, writes every partition's outcome to the state and returns it.
A failed year is an outcome, not an exception. How stages follow each other is
``pipelines.road``'s; Dagster is not known here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from crawler.documents import Fold, PromisedDocument, read_fold
from crawler.job import CrawlJob
from crawler.launch import run_crawl
from crawler.registry import Site
from crawler.report import CrawlReport, SiteReport
from pipelines.checking import judge, organs_of
from pipelines.crawl_table import crawl_table, previous
from pipelines.due import Due
from pipelines.expected import site_rows
from pipelines.loading import Rows, partition_rows
from pipelines.parsing import Parsed, bounds_of, parse_all
from pipelines.reports import PARSER_VERSION
from pipelines.strays import Strays
from pipelines.verdicts import Verdicts
from pipelines.versions import older_bytes, read_known
from warehouse.facts.forms import FORMS_VERSION
from warehouse.home import Home
from warehouse.lake import LakeError, write_partition
from warehouse.publish import publish as publish_files
from warehouse.state import Outcome, State, Status

Partition = tuple[str, int]
Outcomes = dict[Partition, Outcome]


@dataclass(frozen=True)
class Block:
    """One province and some years, and how to work on them.

    Attributes:
        home: where everything lies.
        province: its sites are visited once for all years.
        years: covered years.
        run_id: names the run in archive, state and reports.
        sites: registry entries of the province.
        delay: least pause between two requests to a host, seconds.
        demo: whether the home holds replica data.
        now: time of the run, with a zone.
        say: takes lines of progress.
        full: read lists to their end and ask for every document again.
        quiet: hours of the day, in China's time, in which nothing is asked.
        release: publish what the checks hold back.
        most_lists: list pages asked of each site at most.
        most_documents: articles taken up from each site at most.
        registry: all registry entries of the province, for reading what other runs fetched; None:
            ``sites`` are all.
    """

    home: Home
    province: str
    years: tuple[int, ...]
    run_id: str
    sites: list[Site]
    delay: float
    demo: bool
    now: datetime
    say: Callable[[str], None]
    full: bool = False
    quiet: tuple[int, int] | None = None
    registry: list[Site] | None = None
    release: bool = False
    most_lists: int | None = None
    most_documents: int | None = None

    @property
    def known_sites(self) -> list[Site]:
        """Every site whose documents may lie in the archive."""
        return self.sites if self.registry is None else self.registry


def versions() -> dict[str, str]:
    """What made the data: for table ``meta``."""
    return {"software": version("gongkai"), "parser": PARSER_VERSION, "forms": FORMS_VERSION}


def _record(block: Block, stage: str, outcomes: Outcomes) -> Outcomes:
    state = State(block.home)
    for (province, year), outcome in outcomes.items():
        state.record(stage, province, year, outcome)
    return outcomes


def _outcome(
    block: Block, status: Status, counts: dict[str, int], reason: str | None = None
) -> Outcome:
    return Outcome(status, counts, reason, block.now.isoformat(timespec="seconds"), block.run_id)


def crawl(block: Block) -> Outcomes:
    """Fetches what the sites list for these years into the archive.

    A year fails when a list could not be read through (then nobody knows what is missing) or a
    site was not finished; single documents that failed are counted and named in table
    ``document``.
    """
    if not block.sites:
        empty = {
            (block.province, y): _outcome(block, "empty", {}, "no site in the registry")
            for y in block.years
        }
        return _record(block, "crawl", empty)
    job = CrawlJob(
        archive=block.home.archive,
        province=block.province,
        years=tuple(sorted(block.years)),
        sites=tuple(block.sites),
        delay=block.delay,
        run_id=block.run_id,
        report=block.home.reports / f"{block.run_id}.json",
        now=block.now,
        full=block.full,
        quiet=block.quiet,
        locks=block.home.locks,
        most_lists=block.most_lists,
        most_documents=block.most_documents,
    )
    report = run_crawl(job, lambda line: block.say(f"crawl {block.province}: {line}"))
    for line in crawl_table(report, previous(block.home.reports, report)).splitlines():
        block.say(line)
    outcomes = {}
    for year in block.years:
        sites = report.sites.items()
        trouble = [f"{host}: {words}" for host, s in sites if (words := _trouble(s, year))]
        outcomes[block.province, year] = _outcome(
            block,
            "failed" if trouble else "done",
            _crawl_counts(report, year),
            "; ".join(trouble)[:2000] or None,
        )
    return _record(block, "crawl", outcomes)


def _trouble(site: SiteReport, year: int) -> str | None:
    """Why what a site holds of a year is not known in full, None when it is."""
    if not site.finished:
        return site.errors[-1] if site.errors else "not finished"
    if site.lists_failed:
        # With the reason of the last: whether time may mend it is decided by these words.
        last = next((e for e in reversed(site.errors) if e.startswith("list ")), "")
        return f"{site.lists_failed} list pages failed" + (f"; {last}" if last else "")
    if site.lists_short:
        return next((e for e in site.errors if e.startswith("list ")), "a list is not whole")
    return site.short.get(str(year))


def _crawl_counts(report: CrawlReport, year: int) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for site in report.sites.values():
        counts.update(site.by_year.get(str(year), {}))
    return dict(counts)


def _documents(archived: Fold, years: Iterable[int]) -> list[PromisedDocument]:
    """The documents whose list row says one of these years, or that nobody told the year of."""
    wanted = {*years, None}
    return [d for d in archived.documents.values() if d.year in wanted]


def parse(block: Block) -> Outcomes:
    """Reads the archived documents of these years, each once.

    Also answers for other years that a document turned out to cover.
    """
    documents = _documents(read_fold(block.home.archive, block.province), block.years)
    parsed, older = _read(block, documents, block.say)
    Strays(block.home, block.province).note([*parsed, *older])
    found: dict[int, Counter[str]] = {year: Counter() for year in block.years}
    for one in parsed:
        year = one.year
        if year is not None:
            found.setdefault(year, Counter())[_kind(one)] += 1
    outcomes = {
        (block.province, year): _outcome(block, "done" if counts else "empty", dict(counts))
        for year, counts in found.items()
    }
    return _record(block, "parse", outcomes)


def _read(
    block: Block, documents: list[PromisedDocument], say: Callable[[str], None]
) -> tuple[list[Parsed], list[Parsed]]:
    """Reads documents, and the bytes that their addresses held earlier."""
    every = [*documents, *older_bytes(documents)]
    parsed = parse_all(block.home, every, block.known_sites, say)
    return parsed[: len(documents)], parsed[len(documents) :]


def _kind(one: Parsed) -> str:
    return "without_bytes" if one.report is None else str(one.report["status"])


def load(block: Block) -> Outcomes:
    """Writes the tables of each of these years into the lake."""
    strays = Strays(block.home, block.province)
    archived = read_fold(block.home.archive, block.province)
    documents = _documents(archived, set(block.years) | strays.hints(block.years))
    parsed, older = _read(block, documents, lambda _: None)
    outcomes: Outcomes = {}
    for year in block.years:
        known = read_known(block.home, block.province, year)
        if known.trouble:
            block.say(f"load {block.province} {year}: earlier versions are lost: {known.trouble}")
        rows = partition_rows(
            block.province,
            year,
            [p for p in parsed if p.year == year],
            [p for p in older if p.year == year],
            known,
            block.now,
            {site.host: bounds_of(site) for site in block.known_sites},
        )
        rows["site"] = list(site_rows(block.known_sites, archived.visited(year)))
        outcomes[block.province, year] = _load_one(block, year, rows)
        if rows["document"]:
            block.say(f"load {block.province} {year}: {len(rows['report'])} reports")
    return _record(block, "load", outcomes)


def _load_one(block: Block, year: int, rows: Rows) -> Outcome:
    counts = {name: len(rows[name]) for name in ("report", "document", "finding", "cell")}
    info = {"written_at": block.now.isoformat(), "run_id": block.run_id, **versions()}
    try:
        manifest = write_partition(block.home, block.province, year, rows, info)
    except LakeError as error:
        return _outcome(block, "failed", {}, str(error))
    key, verdicts = (block.province, year), Verdicts(block.home)
    results = judge(year, rows, verdicts.before(key), block.now)
    verdicts.judged(key, manifest.version, results, organs_of(rows), counts["report"])
    Due(block.home, block.province).passed("load", year)
    counts["blocked"] = sum(row["outcome"] == "blocked" for row in rows["document"])
    return _outcome(block, "done" if rows["document"] else "empty", counts)


def publish(block: Block) -> Outcomes:
    """Brings these partitions into the published files.

    Raises:
        warehouse.publish.PublishError: nothing could be published; the old files stand.
    """
    only = {(block.province, year) for year in block.years}
    verdicts = Verdicts(block.home)
    if block.release and (freed := verdicts.release(only)):
        block.say(f"publish {block.province}: released {', '.join(str(y) for _, y in freed)}")
    result = publish_files(
        block.home,
        demo=block.demo,
        now=block.now,
        versions=versions(),
        only=only,
        hold=verdicts.held(),
    )
    for path in result.foreign_wal:
        block.say(f"publish: a write-ahead log that is not ours was moved to {path}")
    outcomes = {}
    for key in only:
        if key in result.held:
            outcomes[key] = _outcome(block, "held", {}, result.held[key])
        else:
            outcomes[key] = _outcome(block, "done", dict(result.rows.get(key, {})))
            Due(block.home, block.province).passed("publish", key[1])
            verdicts.published(key)
    if result.published:
        block.say(f"publish: {len(result.published)} partitions changed")
    return _record(block, "publish", outcomes)
