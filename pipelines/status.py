"""What is done, for ``gongkai status``: one row a partition, from the state files."""

from __future__ import annotations

from typing import Any

from warehouse.home import Home
from warehouse.state import State


def status_rows(home: Home) -> list[dict[str, Any]]:
    """One row a partition that anything was done for, by province and year.

    Keys: province, year, documents, reports, crawl, parse, load, publish (how each stage ended),
    last (ISO time of the last stage) and reason (of the first stage that failed).
    """
    rows = []
    for (province, year), stages in sorted(State(home).read().items()):
        failed = [o.reason for o in stages.values() if o.status in ("failed", "held") and o.reason]
        load = stages.get("load")
        rows.append(
            {
                "province": province,
                "year": year,
                "documents": load.counts.get("document") if load else None,
                "reports": load.counts.get("report") if load else None,
                **{
                    name: stages[name].status if name in stages else None
                    for name in ("crawl", "parse", "load", "publish")
                },
                "last": max(o.at for o in stages.values()),
                "reason": failed[0] if failed else None,
            }
        )
    return rows
