"""What the sensors ask for, and whom they tell."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest
from fake_stages import NOW

from crawler.report import SiteReport
from pipelines.alerts import AlertError, Alerts
from pipelines.definitions import build_defs
from pipelines.due import Due
from pipelines.locks import province_lock
from pipelines.means import Means
from pipelines.outdated import current_versions, outdated
from pipelines.partitions import from_key
from pipelines.resources import Settings
from pipelines.retries import decide, from_cursor, is_passing, rules, to_cursor
from pipelines.stages import _trouble
from warehouse.home import Home
from warehouse.lake import write_partition
from warehouse.state import Outcome, State

SD, BJ = "山东省", "北京市"


def failed_at(at: datetime, reason: str = "www.x.gov.cn: list http://x/: TimeoutError") -> Outcome:
    return Outcome("failed", reason=reason, at=at.isoformat(), run_id="r")


def evaluate(
    name: str, settings: Settings, home: Home, cursor: str | None = None, now: datetime = NOW
) -> tuple[list[dg.RunRequest], str | None, str | None]:
    """Runs asked for, skip message and cursor of one tick."""
    defs = build_defs(settings=settings, means=Means(clock=lambda: now), running=True)
    repository = defs.get_repository_def()
    with (
        dg.DagsterInstance.from_config(str(home.dagster)) as instance,
        dg.build_sensor_context(
            instance=instance, cursor=cursor, resources={"settings": settings}
        ) as context,
    ):
        tick = repository.get_sensor_def(name).evaluate_tick(context)
    return list(tick.run_requests or []), tick.skip_message, tick.cursor


def years(run: dg.RunRequest) -> tuple[str, int, int]:
    span = run.partition_key_range
    assert span is not None
    (province, oldest), (_, newest) = from_key(span.start), from_key(span.end)
    return province, oldest, newest


@pytest.fixture
def real(settings: Settings) -> Settings:
    return Settings(home=settings.home, sites=settings.sites, delay=0)


def test_added_documents_are_loaded_without_a_crawl(real: Settings, home: Home) -> None:
    runs, skipped, _ = evaluate("added", real, home)
    assert (runs, skipped) == ([], "no document was added")
    for year in (2024, 2023, 2019):
        Due(home, SD).mark(year)
    runs, _, _ = evaluate("added", real, home)
    assert [years(run) for run in runs] == [(SD, 2023, 2024), (SD, 2019, 2019)]
    for run in runs:
        names = [key.to_user_string() for key in run.asset_selection or []]
        assert names == ["parse", "load", "publish"]
    # The same mark is asked for once: Dagster drops a run key that it has seen.
    assert [r.run_key for r in evaluate("added", real, home)[0]] == [r.run_key for r in runs]
    Due(home, SD).mark(2018)
    assert not {r.run_key for r in evaluate("added", real, home)[0]} & {r.run_key for r in runs}
    with province_lock(home, SD, print):
        assert evaluate("added", real, home)[0] == []


def test_a_new_version_reads_the_archive_anew(
    real: Settings, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = current_versions()
    for year in (2024, 2023):
        write_partition(home, SD, year, {}, {"written_at": NOW.isoformat(), **versions})
    assert outdated(home) == []
    assert evaluate("reread", real, home)[0] == []
    monkeypatch.setattr("pipelines.outdated.PARSER_VERSION", "next")
    runs, _, _ = evaluate("reread", real, home)
    assert [years(run) for run in runs] == [(SD, 2023, 2024)]
    assert "crawl" not in [key.to_user_string() for key in runs[0].asset_selection or []]


def test_a_passing_failure_is_retried_with_growing_pauses_and_then_reported() -> None:
    now, cursor, asked, reported = NOW, None, [], []
    crawl = {(SD, 2024): failed_at(now)}
    while now < NOW + timedelta(days=12):
        decision = decide(crawl, from_cursor(cursor), now)
        if decision.again:
            asked.append((now - NOW) / timedelta(hours=1))
            # The retry fails an hour later.
            crawl = {(SD, 2024): failed_at(now + timedelta(hours=1))}
        reported += list(decision.report)
        cursor = to_cursor(decision.attempts)
        now += timedelta(hours=1)
    assert asked == [1, 1 + 1 + 4, 6 + 1 + 24, 31 + 1 + 72]
    assert reported == [(SD, 2024)]


def test_a_success_forgets_the_attempts() -> None:
    before = decide({(SD, 2024): failed_at(NOW)}, {}, NOW + timedelta(hours=2)).attempts
    assert before
    assert decide({(SD, 2024): Outcome("done", at=NOW.isoformat())}, before, NOW).attempts == {}


@pytest.mark.parametrize(
    ("reason", "passing"),
    [
        ("a.gov.cn: list http://a/: failed: TimeoutError: User timeout", True),
        ("a.gov.cn: 2 list pages failed; list http://a/: failed: status 502", True),
        ("a.gov.cn: 1 list pages failed; list http://a/: failed: status 404", False),
        ("a.gov.cn: list http://a/: failed: status 503", True),
        ("a.gov.cn: list http://a/: failed: DNSLookupError", True),
        ("OSError: [Errno 28] No space left on device", True),
        ("a.gov.cn: no report of 2023 is listed any more; there were 4", False),
        ("a.gov.cn: list http://a/: blocked: challenge page", False),
        ("a.gov.cn: list http://a/col/503/dns/: blocked: challenge page (Jiasule)", False),
        ("a.gov.cn: list http://a/: failed: status 404", False),
        (None, False),
    ],
)
def test_only_what_time_may_mend_is_retried(reason: str | None, passing: bool) -> None:
    assert is_passing(reason) is passing


@pytest.mark.parametrize(("status", "passing"), [(502, True), (404, False)])
def test_a_list_that_failed_says_why_and_so_whether_it_is_retried(
    status: int, passing: bool
) -> None:
    site = SiteReport(lists_failed=1, finished=True)
    site.error(f"list http://a/1: failed: status {status}")
    site.error("article http://a/2: failed: status 404")
    words = _trouble(site, 2024)
    assert words == f"1 list pages failed; list http://a/1: failed: status {status}"
    assert is_passing(words) is passing


def test_a_clock_set_back_waits_and_loses_no_attempt() -> None:
    crawl = {(SD, 2024): failed_at(NOW)}
    early = decide(crawl, {}, NOW - timedelta(days=400))
    assert (early.again, early.attempts) == ([], {})
    assert decide(crawl, early.attempts, NOW + timedelta(hours=1)).again == [(SD, 2024)]


def test_the_sensor_asks_once_for_each_failure(real: Settings, home: Home) -> None:
    State(home).record("crawl", SD, 2024, failed_at(NOW - timedelta(hours=2)))
    State(home).record("crawl", SD, 2023, failed_at(NOW - timedelta(hours=2)))
    State(home).record("crawl", BJ, 2024, failed_at(NOW - timedelta(minutes=5)))
    runs, _, cursor = evaluate("again", real, home)
    assert [years(run) for run in runs] == [(SD, 2023, 2024)]
    assert runs[0].asset_selection is None
    runs, skipped, _ = evaluate("again", real, home, cursor)
    assert (runs, skipped) == ([], "no crawl is to be tried again now")
    assert len(rules()["pauses_hours"]) >= 3


@contextmanager
def listener(status: int) -> Iterator[tuple[str, list[dict[str, object]]]]:
    got: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?token=secret", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_failed_run_is_told_to_address_and_command(home: Home, tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    code = f"import sys,pathlib; pathlib.Path({str(told)!r}).write_text(sys.stdin.read())"
    with listener(200) as (url, got):
        alerts = Alerts(url, f'{sys.executable} -c "{code}"')
        tell(home, alerts)
    (message,) = got
    assert str(message["text"]).endswith(f" ({SD}|2024) failed: disk full")
    assert message["partitions"] == f"{SD}|2024"
    assert message["tags"] == {"gongkai/province": SD}
    assert json.loads(told.read_text()) == message


def tell(home: Home, alerts: Alerts) -> None:
    @dg.op
    def broken() -> None:
        raise dg.Failure("disk full")

    @dg.job
    def job() -> None:
        broken()

    sensor = build_defs(alerts=alerts).get_repository_def().get_sensor_def("tell")
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        ended = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            tags={"gongkai/province": SD, "dagster/partition": f"{SD}|2024"},
        )
        context = dg.build_run_status_sensor_context(
            sensor_name="tell",
            dagster_event=ended.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=ended.dagster_run,
        ).for_run_failure()
        sensor(context)


def test_no_address_no_call_and_no_secret_in_errors() -> None:
    assert not Alerts.from_environment({}).is_set
    named = Alerts.from_environment({"GONGKAI_ALERT_URL": "http://x/"})
    assert named.url == "http://x/"
    with listener(500) as (url, _), pytest.raises(AlertError) as refused:
        Alerts(url).send("x", {})
    with pytest.raises(AlertError) as gone:
        Alerts(url, "no-such-command --token secret").send("x", {})
    for error in (refused, gone):
        assert "secret" not in str(error.value)
        assert "127.0.0.1" not in str(error.value)
    assert "answered 500" in str(refused.value)
    assert "ConnectionError" in str(gone.value)
    assert "did not run" in str(gone.value)
