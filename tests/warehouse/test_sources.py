"""Several sources of one report: which is read, and where they contradict each other."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.documents import PromisedDocument
from pipelines.loading import Rows, partition_rows
from pipelines.parsing import Parsed
from pipelines.reports.read import Context, read_report
from pipelines.reports.region import Bounds
from pipelines.versions import Known

FIXTURE = Path(__file__).parents[1] / "fixtures" / "hanweb_2021_html" / "document.html"
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def document(url: str, **more: Any) -> PromisedDocument:
    told = {"site": "www.huancui.gov.cn", "role": "article", "parent": None, "year": 2021} | more
    return PromisedDocument(
        url=url,
        title=told.pop("title", "2021年政府信息公开工作年度报告"),
        date="2022-01-20",
        list_url=None,
        outcome="fetched",
        sha256=url,
        fetched_at=told.pop("fetched_at", "2022-02-01T00:00:00+00:00"),
        warc="x.warc.gz",
        offset=0,
        **told,
    )


def reading(url: str, replaced: str = "", by: str = "", **more: Any) -> Parsed:
    text = FIXTURE.read_text(encoding="utf-8")
    assert not replaced or replaced in text
    report = read_report(text.replace(replaced, by).encode() if replaced else text.encode(), url)
    return Parsed(document(url, **more), report.to_json())


@pytest.fixture(scope="module")
def received() -> tuple[str, str, int]:
    """A cell of table three as the page prints it, the same with another number, and its value."""
    text = FIXTURE.read_text(encoding="utf-8")
    report = read_report(text.encode(), "x").to_json()
    value = report["request"]["received"]["total"]
    assert value > 9
    row = next(m for m in re.findall(r"<tr.*?</tr>", text, re.S) if "新收政府信息公开申请" in m)
    at = row.rindex(str(value))
    return row, row[:at] + str(value + 1) + row[at + len(str(value)) :], value


def rows(*parsed: Parsed, older: tuple[Parsed, ...] = ()) -> Rows:
    bounds = {"www.huancui.gov.cn": Bounds("山东省", "威海市", "环翠区")}
    return partition_rows("山东省", 2021, parsed, older, Known(), NOW, bounds)


def disagreements(found: Rows) -> list[dict[str, object]]:
    return [f for f in found["finding"] if f["rule"] == "sources_disagree"]


def test_a_cell_that_two_sources_print_differently_is_a_finding(
    received: tuple[str, str, int],
) -> None:
    printed, other, value = received
    page = reading("http://a/1.html")
    attachment = reading("http://a/1.pdf", printed, other, role="attachment")
    for order in ((page, attachment), (attachment, page)):
        found = rows(*order)
        assert [r["url"] for r in found["report"]] == ["http://a/1.html"]
        (finding,) = disagreements(found)
        place = ("request", "received", "total", value + 1, value)
        names = ("table_name", "item", "column_name", "expected", "actual")
        assert tuple(finding[n] for n in names) == place
        assert "http://a/1.pdf" in str(finding["message"])
        assert found["report"][0]["findings"] == len(found["finding"])
        outcomes = {d["url"]: d["outcome"] for d in found["document"]}
        assert outcomes == {"http://a/1.html": "report", "http://a/1.pdf": "duplicate"}


def test_sources_that_agree_are_no_finding() -> None:
    found = rows(reading("http://a/1.html"), reading("http://b/1.html"))
    assert len(found["report"]) == 1
    assert disagreements(found) == []


def test_the_source_published_later_is_read() -> None:
    early, late = reading("http://a/9.html"), reading("http://a/1.html")
    early.report["published_on"], late.report["published_on"] = "2022-01-20", "2022-03-01"
    assert rows(late, early)["report"][0]["url"] == "http://a/1.html"


def test_an_address_that_holds_something_else_now_keeps_its_report() -> None:
    before = reading("http://a/1.html")
    gone = dataclasses.replace(
        reading("http://a/1.html", fetched_at="2023-01-01T00:00:00+00:00"),
        report={"status": "rejected", "error": "not an annual report", "rejected_as": "empty"},
    )
    found = rows(gone, older=(before,))
    (report,) = found["report"]
    assert report["fetched_at"] == before.document.fetched_at
    assert "source_replaced" in {f["rule"] for f in found["finding"]}
    assert found["document"][0]["outcome"] == "rejected"
    assert found["document"][0]["organ_id"] == report["organ_id"]


def test_a_document_that_did_not_come_names_its_organ_by_its_title() -> None:
    lost = document("http://a/2.html", title="环翠区卫生健康局2021年政府信息公开工作年度报告")
    lost.sha256, lost.outcome, lost.reason = None, "failed", "timeout"
    read = reading("http://a/1.html")
    context = Context(bounds=Bounds("山东省", "威海市", "环翠区"))
    assert context.bounds is not None
    found = rows(Parsed(lost, None), read)
    told = {d["url"]: d["organ_id"] for d in found["document"]}
    assert told["http://a/2.html"] is not None
    assert told["http://a/1.html"] == found["report"][0]["organ_id"]


def test_a_report_on_a_site_of_another_province_has_a_key_of_its_own() -> None:
    one = reading("http://www.huancui.gov.cn/1.html")
    at_home = partition_rows("山东省", 2022, [one], (), Known(), NOW, {})
    abroad = partition_rows("湖北省", 2022, [one], (), Known(), NOW, {})
    (home_report,), (guest,) = at_home["report"], abroad["report"]
    assert home_report["organ_id"] == guest["organ_id"]
    assert home_report["report_id"] != guest["report_id"]
    assert [f["rule"] for f in abroad["finding"]].count("other_province") == 1
    assert "other_province" not in [f["rule"] for f in at_home["finding"]]
