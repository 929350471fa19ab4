"""Rows of made-up reports for the warehouse's tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from warehouse.home import Home
from warehouse.lake import PartitionManifest, write_partition
from warehouse.publish import PublishResult, publish

NOW = dt.datetime(2026, 11, 22, 2, 15, tzinfo=dt.UTC)
VERSIONS = {"software": "0.1.0", "parser": "p1", "forms": "f1"}
APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_org",
    "legal_service_org",
    "other_org",
    "total",
)
SHANDONG, SHANGHAI = "山东省", "上海市"

Rows = dict[str, list[dict[str, object]]]


def request(report_id: str, item: str, *numbers: int | None) -> dict[str, object]:
    """A row of table three; numbers left out are null."""
    padded = [*numbers, *[None] * (len(APPLICANTS) - len(numbers))]
    return {"report_id": report_id, "item": item, **dict(zip(APPLICANTS, padded, strict=True))}


def report(report_id: str, organ_id: str, **more: object) -> dict[str, object]:
    """A row of table report."""
    return {
        "report_id": report_id,
        "organ": f"机关{organ_id}",
        "organ_id": organ_id,
        "level": "county",
        "kind": "department",
        "form": "2021",
        "status": "complete",
        "title": "年度报告",
        "url": f"http://www.example.gov.cn/{report_id}.html",
        "sha256": "0" * 64,
        "fetched_at": NOW,
        "parser": "p1",
        "findings": 0,
    } | more


def rows(*reports: dict[str, object], received: int = 3) -> Rows:
    """All tables of a partition for some reports."""
    ids = [str(row["report_id"]) for row in reports]
    return {
        "report": list(reports),
        "request": [
            request(name, item, *[received] * 6, received * 6)
            for name in ids
            for item in ("received", "carried_in")
        ],
        "section": [
            {"report_id": name, "number": 1, "heading": "一、总体情况", "text": f"{name}\n第二段"}
            for name in ids
        ],
        "document": [
            {"url": row["url"], "outcome": "report", "role": "article"} for row in reports
        ],
    }


def put(
    home: Home, province: str, year: int, tables: Rows, written_at: str = NOW.isoformat()
) -> PartitionManifest:
    """Writes a partition into the lake."""
    return write_partition(home, province, year, tables, {"written_at": written_at})


def put_reports(home: Home, province: str, year: int, number: int, received: int = 3) -> None:
    """Writes a partition of ``number`` reports whose ids name place and year."""
    put(
        home,
        province,
        year,
        rows(
            *(report(f"{province}-{year}-{i}", f"{province}-{i}") for i in range(number)),
            received=received,
        ),
    )


def bring_up(home: Home, **more: object) -> PublishResult:
    """Publishes with the tests' versions and time."""
    arguments = {"demo": True, "now": NOW, "versions": VERSIONS} | more
    return publish(home, **arguments)


def home_at(path: Path) -> Home:
    """A home with a name that SQL and patterns trip over."""
    return Home(path / "it's [1] year=2020")
