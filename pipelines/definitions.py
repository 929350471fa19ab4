"""The one place where the Dagster parts are put together."""

from __future__ import annotations

import dagster as dg

from pipelines.assets import make_road
from pipelines.jobs import make_collect
from pipelines.means import Means
from pipelines.partitions import make_partitions
from pipelines.resources import Settings, settings_from


def build_defs(*, settings: Settings | None = None, means: Means | None = None) -> dg.Definitions:
    """All definitions.

    Args:
        settings: of runs that bring none of their own; default: from the environment.
        means: stages, progress, clock and journal; default: the project's own.
    """
    means = means or Means()
    return dg.Definitions(
        assets=[make_road(make_partitions(means.clock()), means)],
        jobs=[make_collect()],
        resources={"settings": settings or settings_from()},
        executor=dg.in_process_executor,
    )


defs = build_defs()
