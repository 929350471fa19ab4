"""The proxy itself: conditional requests, faults, the log, changes between crawls."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path

import pytest
import yaml

from crawler.replica.build import load_world, read_spec
from crawler.replica.faults import EXPECTED
from crawler.replica.scale import scaled_world
from crawler.replica.server import running_replica
from crawler.replica.site import Fault
from crawler.replica.world import World
from tests.replica.client import ask
from tests.replica.conftest import Get


def test_unchanged_pages_answer_304(demo: World, get: Get) -> None:
    for truth in demo.truth[::20]:
        first = get(truth.url)
        tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        assert get(truth.url, {"If-None-Match": tag}).status == 304
        assert get(truth.url, {"If-Modified-Since": modified}).status == 304
        assert get(truth.url, {"If-None-Match": '"other"'}).status == 200


def test_unknown_hosts_and_paths(demo: World, get: Get) -> None:
    assert get("http://www.nowhere.gov.cn/").status == 502
    assert get("http://www.huancui.gov.cn/art/none.html").status == 404


def test_expected_outcomes_cover_reports_and_faults(demo: World) -> None:
    outcomes = demo.expected_outcomes
    assert all(outcomes[t.document_url] == "report" for t in demo.truth)
    twins = [t for t in demo.truth if t.format == "html" and t.attachment_url]
    assert twins
    assert all(outcomes[str(t.attachment_url)] == "duplicate" for t in twins)
    assert all(t.url in demo.one_line_pages for t in demo.truth if t.format == "docx")
    assert {"rejected", "refused", "blocked", "not_report"} <= set(outcomes.values())


def test_planted_faults_in_the_demo(demo: World, get: Get) -> None:
    by_kind = {fault.kind: url for url, fault in demo.faults.items()}
    assert get(by_kind["empty"]).body == b""
    broken = get(by_kind["truncated_docx"])
    assert broken.body.startswith(b"PK")
    assert b"PK\x05\x06" not in broken.body
    assert get(by_kind["pdf"]).body.startswith(b"%PDF-1.4")
    assert b"<table" not in get(by_kind["not_report"]).body
    loop = get(by_kind["redirect_loopback"])
    assert loop.status == 302
    assert loop.headers["Location"].startswith("http://127.0.0.1:")
    assert ".gov.cn" not in get(by_kind["redirect_outside"]).headers["Location"]
    challenge = get(by_kind["challenge_412"])
    assert challenge.status == 412
    assert b"$_ts" in challenge.body
    closed = next(site for site in demo.sites_by_host.values() if site.closed)
    assert closed.closed[0] in get(f"{closed.base}/robots.txt").text


def test_huge_body_is_announced_and_streamed(small: World) -> None:
    url = small.truth[0].url
    small.faults[url] = Fault("huge")
    with running_replica(small) as replica:
        connection = HTTPConnection("127.0.0.1", replica.port, timeout=10)
        connection.request("GET", url)
        response = connection.getresponse()
        assert int(response.headers["Content-Length"]) > 200 * 1024 * 1024
        assert response.read(4) == b"PK\x03\x04"
        connection.close()
        assert ask(replica.port, small.truth[1].url).status == 200


@pytest.mark.parametrize("kind", ["challenge_521", "challenge_c3vk", "error_500", "not_found"])
def test_other_answers(small: World, kind: str) -> None:
    url = small.truth[0].url
    small.faults[url] = Fault(kind)
    statuses = {"challenge_521": 521, "challenge_c3vk": 200, "error_500": 500, "not_found": 404}
    with running_replica(small) as replica:
        assert ask(replica.port, url).status == statuses[kind]
    assert kind in EXPECTED


def test_reset_in_the_middle_of_a_body(small: World) -> None:
    url = small.truth[0].url
    small.faults[url] = Fault("reset")
    with running_replica(small) as replica, pytest.raises((ConnectionError, IncompleteRead)):
        ask(replica.port, url)


def test_slow_body_comes_by_drips(small: World) -> None:
    url = small.truth[0].url
    small.faults[url] = Fault("slow")
    with running_replica(small) as replica:
        with socket.create_connection(("127.0.0.1", replica.port), timeout=5) as connection:
            connection.sendall(f"GET {url} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            started = time.monotonic()
            got = b""
            while got.count(b"<!-- -->") < 2:
                got += connection.recv(4096)
        assert time.monotonic() - started > 0.5


def test_the_log_says_what_was_asked(small: World) -> None:
    url = small.truth[0].url
    with running_replica(small) as replica:
        tag = ask(replica.port, url, {"User-Agent": "test"}).headers["ETag"]
        ask(replica.port, url, {"If-None-Match": tag})
        first, second = replica.log.lines()
        assert (first.url, first.status, first.conditional) == (url, 200, False)
        assert first.user_agent == "test"
        assert (second.status, second.conditional) == (304, True)
        assert replica.log.count(url) == 2
        replica.log.clear()
        assert replica.log.lines() == []


def test_touched_pages_change_and_say_so(small: World) -> None:
    url = small.truth[0].url
    with running_replica(small) as replica:
        before = ask(replica.port, url)
        small.touch(url)
        after = ask(replica.port, url, {"If-None-Match": before.headers["ETag"]})
        assert after.status == 200
        assert after.body != before.body
        since = {"If-Modified-Since": before.headers["Last-Modified"]}
        assert ask(replica.port, url, since).status == 200


def test_hidden_reports_appear_later(small: World) -> None:
    truth = small.truth[0]
    site = small.sites_by_host[truth.site]
    column = site.base + site.columns[0].path
    small.hide(truth.url)
    assert truth not in small.truth
    with running_replica(small) as replica:
        before = ask(replica.port, column)
        assert truth.title not in before.text
        assert ask(replica.port, truth.url).status == 404
        small.reveal(truth.url)
        tag = before.headers["ETag"]
        assert truth.title in ask(replica.port, column, {"If-None-Match": tag}).text
        assert ask(replica.port, truth.url).status == 200
    assert truth in small.truth


def test_corrected_reports_lose_their_misprint_and_get_a_new_date(small: World) -> None:
    truth = next(t for t in small.truth if t.misprint)
    before, site = truth.published_on, small.sites_by_host[truth.site]
    with running_replica(small) as replica:
        old = ask(replica.port, truth.document_url)
        new = small.correct(truth.url)
        assert new.expected_findings == []
        assert new.published_on > before
        page = ask(replica.port, site.base + site.columns[0].path).text
        assert new.published_on.isoformat() in page
        target = ask(replica.port, truth.document_url)
        if old.status == 302:
            target = ask(replica.port, site.base + target.headers["Location"])
        assert target.status == 200


def test_registry_entries_are_the_contract_s(demo: World) -> None:
    entries = yaml.safe_load(demo.sites_yaml)
    assert entries == demo.sites()
    for entry in entries:
        assert {"host", "name", "province", "cms", "columns"} <= set(entry)
    single = next(e for e in entries if e["host"] == "wjw.weihai.gov.cn")
    assert single["columns"][0]["organ"] == "威海市卫生健康委员会"
    assert "county" not in single
    portal = next(e for e in entries if e["host"] == "www.huancui.gov.cn")
    assert portal["county"] == "环翠区"
    assert "organ" not in portal["columns"][0]


def test_registry_files_one_a_province(demo: World, tmp_path: Path) -> None:
    files = demo.write_sites(tmp_path / "sites")
    assert len(files) == 3
    loaded = [entry for file in files for entry in yaml.safe_load(file.read_text("utf-8"))]
    assert sorted(e["host"] for e in loaded) == sorted(demo.sites_by_host)


def test_worlds_scale_by_number() -> None:
    world = scaled_world(12, 3, [2021, 2022])
    assert len(world.truth) == 12 * 4 * 2
    assert len(world.sites_by_host) == 12
    assert {t.level for t in world.truth} == {"county"}
    with pytest.raises(ValueError, match="counties known"):
        scaled_world(10_000, 1, [2021])


def test_a_misspelt_description_is_refused() -> None:
    with pytest.raises(ValueError, match="quirk"):
        read_spec({"host": "www.a.gov.cn", "quirk": {}})


def test_building_and_serving_are_quick() -> None:
    started = time.monotonic()
    world = load_world("demo")
    assert time.monotonic() - started < 4
    with running_replica(world) as replica:
        started = time.monotonic()
        for truth in world.truth[:40]:
            assert ask(replica.port, truth.url).status == 200
        assert time.monotonic() - started < 4


def test_command_prints_the_proxy_and_serves() -> None:
    command = [sys.executable, "-m", "crawler.replica", "--port", "0", "--world", "small"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline().strip().rsplit(":", 1)[1])
        assert ask(port, "http://www.huancui.gov.cn/robots.txt").status == 200
        process.terminate()
        process.wait(timeout=10)
