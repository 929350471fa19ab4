"""Answers of protections are told from content, in both directions, alone and in real crawls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.archive import read_payload
from crawler.challenge import challenge
from crawler.documents import read_blocked_lists
from crawler.manifest import manifest_path, read_lines
from pipelines.retries import is_passing
from tests.crawler.conftest import PROVINCE, Crawls, listing, site, title
from tests.crawler.web import HTML, Answer, Web
from warehouse.facts.files import load_yaml

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("challenges.yaml").read_text(encoding="utf-8")
)
EVERY = [(kind, name) for kind, examples in EXAMPLES.items() for name in examples]


def host_of(name: str) -> str:
    return f"{name.replace('_', '-')}.gov.cn"


def body_of(example: dict[str, Any], path: str) -> bytes:
    text: str = example["body"].replace("{path}", path)
    return text.encode(example.get("encoding", "utf-8"))


def answer_of(example: dict[str, Any], path: str) -> Answer:
    headers = dict(example.get("headers", {}))
    kind = headers.pop("Content-Type", "text/html" if "encoding" in example else HTML)
    return Answer(body_of(example, path), example.get("status", 200), kind, headers)


@pytest.mark.parametrize(("kind", "name"), EVERY, ids=[name for _, name in EVERY])
def test_examples(kind: str, name: str) -> None:
    example = EXAMPLES[kind][name]
    answer = answer_of(example, "/nb/1.html")
    found = challenge(
        answer.status,
        answer.data,
        answer.type,
        "http://www.a.gov.cn/nb/1.html",
        "Set-Cookie" in answer.headers,
    )
    assert (found is not None) is (kind == "blocked"), found


@pytest.mark.parametrize("name", EXAMPLES["blocked"])
def test_what_a_page_of_content_adds_makes_it_content(name: str) -> None:
    """The same words and marks among the rows of a list are content."""
    example = EXAMPLES["blocked"][name]
    if example.get("status", 200) != 200:
        example = example | {"status": 200}
    rows = listing([(f"{n}.html", title(2023, f"第{n}办事处"), "2024-01-02") for n in range(9)])
    body = body_of(example, "/nb/") + rows.encode(example.get("encoding", "utf-8"))
    assert challenge(200, body, "text/html", "http://www.a.gov.cn/nb/") is None


def test_in_a_crawl_articles_are_blocked_kept_and_not_mistaken(web: Web, crawls: Crawls) -> None:
    for kind, name in EVERY:
        base = f"http://{host_of(name)}/nb/"
        web.put(base, listing([("1.html", title(2023, f"{name}街道"), "2024-01-02")]))
        web.pages[f"{base}1.html"] = answer_of(EXAMPLES[kind][name], "/nb/1.html")
    crawls.run(*(site(host_of(name)) for _, name in EVERY))
    documents = crawls.documents()
    kept = {
        line["url"]: read_payload(crawls.archive, line["warc"], line["offset"])
        for line in read_lines(manifest_path(crawls.archive, PROVINCE))
        if line["kind"] == "outcome" and "warc" in line
    }
    for kind, name in EVERY:
        url = f"http://{host_of(name)}/nb/1.html"
        document, example = documents[url], EXAMPLES[kind][name]
        if kind == "content":
            assert document.outcome != "blocked", (name, document.reason)
            continue
        assert (document.outcome, document.sha256) == ("blocked", None), (name, document.reason)
        assert (document.reason or "").startswith("challenge page ("), name
        assert web.count(url) == 1, f"{name}: it is not asked again, nor is a way on followed"
        status = example.get("status", 200)
        assert (kept[url].status, kept[url].body) == (status, body_of(example, "/nb/1.html")), name


def test_a_list_behind_each_of_them_is_blocked(web: Web, crawls: Crawls) -> None:
    names = list(EXAMPLES["blocked"])
    for name in names:
        web.pages[f"http://{host_of(name)}/nb/"] = answer_of(EXAMPLES["blocked"][name], "/nb/")
    report = crawls.run(*(site(host_of(name)) for name in names))
    for name in names:
        counts = report.sites[host_of(name)]
        assert counts.lists_failed and "blocked: challenge page" in counts.errors[0], name
        assert not is_passing(counts.errors[0]), f"{name}: {counts.errors[0]} is not tried at once"
    shut = {one.url for one in read_blocked_lists(crawls.archive, PROVINCE)}
    assert shut == {f"http://{host_of(name)}/nb/" for name in names}


def test_no_name_of_a_protection_reads_as_a_failure_that_passes() -> None:
    raw = load_yaml("challenges.yaml")
    for name in {*raw["sure"], *raw["woven"], *raw["owners"]}:
        assert not is_passing(f"a.gov.cn: list http://a/: blocked: challenge page ({name})")
