"""A project with one empty asset: what Dagster costs without us."""

from __future__ import annotations

import dagster as dg


@dg.asset
def empty() -> None:
    """Nothing."""


defs = dg.Definitions(assets=[empty])
