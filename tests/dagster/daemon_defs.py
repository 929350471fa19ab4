"""The project's definitions with stages that end as told, for a web interface to load.

They note each call in the home; 山东省 2023 has a site that is down until the home has a file
``mended``.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

from fake_stages import NOW, FakeStages, empty, failed

from pipelines.definitions import build_defs
from pipelines.means import Means
from warehouse.state import Outcome

if TYPE_CHECKING:
    from pipelines.stages import Block

Outcomes = dict[tuple[str, int], Outcome]
PLAN = {
    ("crawl", "山东省", 2023): failed("site down"),
    ("parse", "山东省", 2023): empty(),
}


class Noting(FakeStages):
    def crawl(self, block: Block) -> Outcomes:
        if (block.home.root / "hang").exists():
            child = subprocess.Popen(["sleep", "300"])
            (block.home.root / "child.pid").write_text(f"{child.pid} {os.getpid()}")
            try:
                child.wait()
            except BaseException:
                child.kill()
                child.wait()
                raise
        call = {"run": block.run_id, "province": block.province, "years": list(block.years)}
        with (block.home.root / "crawls.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(call, ensure_ascii=False) + "\n")
        if (block.home.root / "mended").exists():
            self.plan = {}
        return super().crawl(block)


defs = build_defs(means=Means(stages=lambda: Noting(dict(PLAN)), clock=lambda: NOW), running=False)
