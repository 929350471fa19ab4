"""The main job on the bundled replica: real code against sites that are played on loopback.

Has a home of its own; what it publishes says that it is a demo.
"""

from __future__ import annotations

import os
import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from crawler.replica.build import load_world
from crawler.replica.server import running_replica
from crawler.replica.world import World
from crawler.report import CrawlReport
from pipelines.cli_query import worst
from pipelines.collect import Collected, collect
from pipelines.orders import make_order
from warehouse import query
from warehouse.facts.files import load_yaml
from warehouse.home import Home
from warehouse.output import as_table

_COUNTED = ("fetched", "unchanged", "skipped_unchanged", "failed", "blocked", "refused")
_PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY")


@contextmanager
def proxied(proxy: str) -> Iterator[None]:
    """Sends everything that this process and its children fetch through a proxy."""
    before = {name: os.environ.pop(name, None) for name in _PROXIES}
    os.environ["http_proxy"] = os.environ["https_proxy"] = proxy
    try:
        yield
    finally:
        for name in _PROXIES:
            os.environ.pop(name, None)
            if (value := before[name]) is not None:
                os.environ[name] = value


def run_demo(home: Home, say: Callable[[str], None], show: Callable[[str], None]) -> int:
    """Collects the demo world and shows what came of it.

    Args:
        home: the demo's home.
        say: takes lines of progress.
        show: takes the results.

    Returns:
        The exit code. What is planted as broken in the demo world is no failure of the run.
    """
    began = time.monotonic()
    world = load_world("demo")
    # Kept in the home, so that later commands on it never take the registry of real sites.
    world.write_sites(home.sites)
    with running_replica(world) as replica, proxied(replica.proxy_url):
        say(f"replica sites are played at {replica.proxy_url}")
        order = make_order(home, home.sites, world.years, (), (), 0.0, datetime.now(UTC), demo=True)
        collected = collect(order, say)
        asked = len(replica.log.lines())
    _show(home, world, collected, asked, show)
    show(f"\n{time.monotonic() - began:.0f} seconds; the database is {home.figures}")
    show(f"to ask it as above: export GONGKAI_HOME={shlex.quote(str(home.root))}")
    return collected.exit_code


def _crawl_reports(home: Home, collected: Collected) -> list[CrawlReport]:
    """The crawler's reports of this run."""
    runs = {
        outcome.run_id
        for result in collected.results.values()
        for outcome in result.journal.outcomes.get("crawl", {}).values()
    }
    paths = [home.reports / f"{run}.json" for run in sorted(runs)]
    return [CrawlReport.from_json(p.read_text(encoding="utf-8")) for p in paths if p.exists()]


def _show(
    home: Home, world: World, collected: Collected, asked: int, show: Callable[[str], None]
) -> None:
    counts: Counter[str] = Counter()
    for report in _crawl_reports(home, collected):
        for site in report.sites.values():
            counts.update({name: getattr(site, name) for name in _COUNTED})
    words = ", ".join(f"{counts[name]} {name.replace('_', ' ')}" for name in _COUNTED)
    show(f"\nDocuments of this run ({asked} requests to {len(world.sites_by_host)} sites): {words}")
    for example in load_yaml("examples.yaml"):
        statement = example.get("sql") or query.named(example["query"])
        parameters = worst(most=8) if "query" in example else None
        show(f"\n{example['title']}")
        if example.get("show_sql"):
            show(f'  gongkai sql "{" ".join(statement.split())}"')
        try:
            show(as_table(query.run(home, statement, parameters)))
        except query.QueryError as error:
            show(f"  {error}")
