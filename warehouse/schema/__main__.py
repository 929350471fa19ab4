"""``python -m warehouse.schema [FILE]``: writes the data dictionary."""

from __future__ import annotations

import sys
from pathlib import Path

from warehouse.facts.files import write_whole
from warehouse.schema.dictionary import render

write_whole(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/data-dictionary.md"), render())
