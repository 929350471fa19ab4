"""What is done, for ``gongkai status``: one row a partition, from the state files."""

from __future__ import annotations

from typing import Any

from crawler.challenge import CHALLENGE
from crawler.documents import read_blocked_lists
from pipelines.adding import blocked_documents
from pipelines.due import due_partitions
from pipelines.verdicts import Verdicts
from warehouse.home import Home
from warehouse.state import State


def status_rows(home: Home) -> list[dict[str, Any]]:
    """One row a partition that anything was done for, by province and year.

    Keys: province, year, documents, reports, blocked (documents that a challenge page stands for),
    crawl, parse, load, publish (how each stage ended), due (the stage that added documents wait
    for), last (ISO time of the last stage) and reason (of the first stage that failed).
    """
    rows = []
    due = due_partitions(home)
    every, held = State(home).read(), Verdicts(home).held()
    for key in sorted(every.keys() | due.keys()):
        province, year = key
        stages = every.get(key, {})
        failed = [o.reason for o in stages.values() if o.status in ("failed", "held") and o.reason]
        load = stages.get("load")
        rows.append(
            {
                "province": province,
                "year": year,
                "documents": load.counts.get("document") if load else None,
                "reports": load.counts.get("report") if load else None,
                "blocked": load.counts.get("blocked") if load else None,
                **{
                    name: stages[name].status if name in stages else None
                    for name in ("crawl", "parse", "load", "publish")
                },
                "due": due.get(key),
                "last": max((o.at for o in stages.values()), default=None),
                "reason": failed[0] if failed else held.get(key),
            }
        )
    return rows


def held_lines(home: Home) -> list[str]:
    """Partitions that a check holds back, why, and how a person lets one through."""
    held = Verdicts(home).held()
    if not held:
        return []
    lines = [f"{province} {year}: {words}" for (province, year), words in sorted(held.items())]
    return [
        f"{len(held)} partitions are held back by the checks; what was published of them stays.",
        "Look at each; to let one through",
        "    gongkai publish --release --province PROVINCE --year YEAR",
        *lines,
    ]


def blocked_lines(home: Home, rows: list[dict[str, Any]], most: int = 20) -> list[str]:
    """What a person has to fetch: what is behind a challenge page, and how it is added.

    Args:
        home: whose.
        rows: of ``status_rows``.
        most: how many documents and how many lists are named.
    """
    held = {r["province"] for r in rows if r["blocked"] or (r["crawl"] and r["load"] is None)}
    shut = {r["province"] for r in rows if r["crawl"] and "blocked" in (r["reason"] or "")}
    found = [d for province in sorted(held) for d in blocked_documents(home, province)]
    lists = [d for province in sorted(shut) for d in read_blocked_lists(home.archive, province)]
    lines = []
    if found:
        lines += [
            f"{len(found)} documents are behind a challenge page. Save each with a browser, then",
            "    gongkai add FILE --url ADDRESS",
            *(f"{d.year or 'no year'} {d.title or d.url}\n    {d.url}" for d in found[:most]),
        ]
        lines += [f"and {len(found) - most} more"] if len(found) > most else []
    if lists:
        lines += [
            f"{len(lists)} lists are behind a challenge page, so nobody knows what they promise."
            " Save their reports with a browser, then",
            "    gongkai add FILE... --province PROVINCE",
            *(f"{d.site}\n    {d.url}" for d in lists[:most]),
        ]
        lines += [f"and {len(lists) - most} more"] if len(lists) > most else []
    return lines + _shut_out(rows, shut)


def _shut_out(rows: list[dict[str, Any]], shut: set[str]) -> list[str]:
    """Provinces whose sites showed a challenge page where their columns were looked for."""
    reasons = {
        (r["province"], r["reason"])
        for r in rows
        if r["crawl"] and r["province"] not in shut and CHALLENGE in (r["reason"] or "")
    }
    if not reasons:
        return []
    return [
        "Challenge pages stand where annual-report columns were looked for. Name the columns in the"
        " registry, or save their reports with a browser, then",
        "    gongkai add FILE... --province PROVINCE",
        *(f"{province}: {reason[:300]}" for province, reason in sorted(reasons)),
    ]
