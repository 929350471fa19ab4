"""Loads a home's years with another parser version, in a process of its own that may be killed.

Arguments: home, registry, years with commas, parser version.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from pipelines import loading, parsing, versions
from pipelines.alone import run_stages
from pipelines.orders import make_order
from warehouse.home import Home


def main(home: str, sites: str, years: str, parser: str) -> int:
    """Runs the load stage."""
    for module in (loading, parsing, versions):
        module.PARSER_VERSION = parser
    now = datetime(2027, 1, 1, tzinfo=UTC)
    numbers = [int(year) for year in years.split(",")]
    order = make_order(Home(Path(home)), Path(sites), numbers, (), (), 0.0, now, demo=True)
    return run_stages(order, ["load"], lambda _: None)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
