"""Runs every ``bench_*`` module of this folder and prints its figures."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("bench_*.py")):
    module = importlib.import_module(f"tests.benchmarks.{path.stem}")
    for figure in module.figures():
        sys.stdout.write(f"{figure}\n")
        sys.stdout.flush()
