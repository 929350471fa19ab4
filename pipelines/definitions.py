"""The one place where the Dagster parts are put together."""

from __future__ import annotations

import os

import dagster as dg

from pipelines.alerts import Alerts
from pipelines.assets import make_road
from pipelines.jobs import make_collect
from pipelines.means import Means
from pipelines.partitions import make_partitions
from pipelines.resources import Settings, settings_from
from pipelines.schedules import make_schedules
from pipelines.sensors import make_sensors
from pipelines.tables import make_tables


def build_defs(
    *,
    settings: Settings | None = None,
    means: Means | None = None,
    alerts: Alerts | None = None,
    running: bool | None = None,
) -> dg.Definitions:
    """All definitions.

    Args:
        settings: of runs that bring none of their own; default: from the environment.
        means: stages, progress, clock and journal; default: the project's own.
        alerts: whom failures are told; default: from the environment.
        running: whether schedules and sensors run without being switched on; default: unless
            ``GONGKAI_PAUSED`` is ``1``.
    """
    means = means or Means()
    running = os.environ.get("GONGKAI_PAUSED") != "1" if running is None else running
    return dg.Definitions(
        assets=[make_road(make_partitions(), means), make_tables()],
        jobs=[make_collect()],
        schedules=make_schedules(running=running),
        sensors=make_sensors(means, alerts or Alerts.from_environment(), running=running),
        resources={"settings": settings or settings_from()},
        executor=dg.in_process_executor,
    )


defs = build_defs()
