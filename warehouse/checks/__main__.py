"""``python -m warehouse.checks [FILE]``: writes the page about the checks."""

from __future__ import annotations

import sys
from pathlib import Path

from warehouse.checks.catalog import render
from warehouse.facts.files import write_whole

write_whole(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/checks.md"), render())
