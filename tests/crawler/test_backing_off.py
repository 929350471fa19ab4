"""Hosts that answer with challenge pages, and hosts that several crawls meet at."""

from __future__ import annotations

import asyncio
import json
import os
import time
from itertools import pairwise
from pathlib import Path
from threading import Thread

from crawler.manners import MOST_PAUSE, challenge_pause
from crawler.registry import Site
from crawler.sharing import SharedTurn
from pipelines.crawl_table import crawl_table
from tests.crawler.conftest import PROVINCE, Crawls, listing, site, title
from tests.crawler.web import Web

HOST, SHARED = "www.a.gov.cn", "files.c.gov.cn"
BASE = f"http://{HOST}/nb/"
CHALLENGE = "<html><meta content='x'><script>window.$_ts={}</script></html>"


def test_the_pause_after_challenges_grows_up_to_a_bound() -> None:
    pauses = [challenge_pause(times, 1.0) for times in range(1, 6)]
    assert pauses == [4.0, 16.0, 64.0, MOST_PAUSE, MOST_PAUSE]
    assert challenge_pause(3, 0.0) == 0.0


def test_one_challenge_is_backed_off_from(web: Web, crawls: Crawls) -> None:
    rows = [(f"{n}.html", title(2023, f"第{n}街道办事处"), "2024-01-02") for n in range(4)]
    web.put(BASE, listing(rows))
    for n in range(4):
        web.put(f"{BASE}{n}.html", CHALLENGE if n < 2 else "一", status=412 if n < 2 else 200)
    counts = crawls.run(delay=0.1).sites[HOST]
    assert (counts.blocked, counts.fetched) == (2, 2)
    times = [at for at, url in web.times if url.endswith(".html")]
    waits = [after - before for before, after in pairwise(times)]
    assert waits[0] >= 0.4 and waits[1] >= 1.6, "longer after the second one"
    assert waits[2] < waits[1], "content ends it"


def test_a_blocked_list_is_counted_as_blocked(web: Web, crawls: Crawls) -> None:
    web.put(BASE, CHALLENGE, status=412)
    report = crawls.run()
    counts = report.sites[HOST]
    assert (counts.lists_failed, counts.lists_blocked, counts.finished) == (1, 1, True)
    head, _, row = crawl_table(report).splitlines()[:3]
    shown = dict(zip(head.split(), row.split(), strict=False))
    assert (shown["failed"], shown["blocked"]) == ("0", "1")


def test_nothing_is_guessed_behind_a_blocked_home_page(web: Web, crawls: Crawls) -> None:
    web.put(f"http://{HOST}/", CHALLENGE, status=412)
    web.put(f"http://{HOST}/zfxxgk/zfxxgknb/", listing([("1.html", title(2023), "2024-01-02")]))
    counts = crawls.run(Site(HOST, HOST, PROVINCE)).sites[HOST]
    asked = [url for url in web.asked if not url.endswith("robots.txt")]
    assert asked == [f"http://{HOST}/"]
    assert (counts.lists_blocked, counts.finished) == (1, False)
    assert "challenge page" in counts.errors[0]


def test_crawls_that_meet_at_a_host_take_turns(web: Web, tmp_path: Path) -> None:
    """Two provinces link to one host that neither has: its pauses hold over both crawls."""
    delay = 0.3
    both = [Crawls(tmp_path / name) for name in ("one", "two")]
    for n, _ in enumerate(both):
        rows = [
            (f"http://{SHARED}/{n}{k}.pdf", title(2023, f"第{n}{k}街道办事处"), "2024-01-02")
            for k in range(3)
        ]
        web.put(f"http://www.s{n}.gov.cn/nb/", listing(rows))
        for url, _, _ in rows:
            web.put(url, f"%PDF-1.4 {url}", type="application/pdf")
    runs = [
        Thread(
            target=crawls.run,
            args=(site(f"www.s{n}.gov.cn"),),
            kwargs={"delay": delay, "locks": tmp_path / "locks"},
        )
        for n, crawls in enumerate(both)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert all(len([d for d in c.documents().values() if d.sha256]) == 3 for c in both)
    times = [at for at, url in web.times if SHARED in url and url.endswith(".pdf")]
    waits = [after - before for before, after in pairwise(times)]
    assert len(times) == 6 and min(waits) > delay * 0.9, waits
    files = [path.name for path in (tmp_path / "locks").iterdir()]
    assert files == [f"host-{SHARED}.lock"], "hosts of one's own have none"


def test_a_turn_is_waited_for_and_a_dead_holder_frees_it(tmp_path: Path) -> None:
    first, second = SharedTurn(tmp_path, SHARED), SharedTurn(tmp_path, SHARED)

    async def meet() -> list[str]:
        order: list[str] = []
        await first.take(0.0)

        async def wait() -> None:
            await second.take(0.0)
            order.append("second")
            second.give_up()

        waiting = asyncio.ensure_future(wait())
        await asyncio.sleep(0.3)
        order.append("first")
        first.give_up()
        await waiting
        return order

    assert asyncio.run(meet()) == ["first", "second"]
    child = os.fork()
    if child == 0:  # takes the turn and dies without giving it up
        asyncio.run(SharedTurn(tmp_path, SHARED).take(0.0))
        os._exit(0)
    os.waitpid(child, 0)
    began = time.monotonic()
    asyncio.run(SharedTurn(tmp_path, SHARED).take(0.0))
    assert time.monotonic() - began < 1.0


def test_an_order_keeps_where_turns_are(tmp_path: Path) -> None:
    crawls = Crawls(tmp_path)
    job = crawls.job(locks=tmp_path / "locks")
    assert type(job).from_json(job.to_json()) == job
    old = {k: v for k, v in json.loads(job.to_json()).items() if k != "locks"}
    assert type(job).from_json(json.dumps(old)).locks is None
