"""Checks across reports: what two reports say of each other, and what reviewers say of findings.

A check is a SQL file in ``sql/checks`` (``catalog``). ``run`` runs them inside the build of the
published figures, over the whole file or over what a changed partition touches (``scope``), and
keeps the organs without a report. ``review`` reads dismissals and corrections; ``corrections``
and ``dismissals`` apply them. What one report alone shows is found where it is read, not here.
"""

from warehouse.checks.catalog import Check, checks
from warehouse.checks.corrections import correct
from warehouse.checks.review import Review, ReviewError, read_review
from warehouse.checks.run import Work, attach_files, finish, jobs, run_all, version

__all__ = [
    "Check",
    "Review",
    "ReviewError",
    "Work",
    "attach_files",
    "checks",
    "correct",
    "finish",
    "jobs",
    "read_review",
    "run_all",
    "version",
]
