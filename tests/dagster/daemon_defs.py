"""The project's definitions with stages of which one fails one year, for a daemon to load."""

from __future__ import annotations

from fake_stages import NOW, FakeStages, empty, failed

from pipelines.definitions import build_defs
from pipelines.means import Means

PLAN = {
    ("crawl", "山东省", 2023): failed("site down"),
    ("parse", "山东省", 2023): empty(),
}

defs = build_defs(means=Means(stages=lambda: FakeStages(PLAN), clock=lambda: NOW), running=False)
