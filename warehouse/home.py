"""The one class that knows where everything of a home lies.

Paths only: nothing here reads, writes or locks a file. A later move to other storage happens
here and nowhere else (contract.md, "Everything lives under one home").
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """A home directory: archive, lake, state and the published files.

    Args:
        root: the directory; it need not exist yet.
    """

    root: Path

    @property
    def archive(self) -> Path:
        """Raw responses (WARC) and the fetch manifests, one folder a province."""
        return self.root / "archive"

    @property
    def lake(self) -> Path:
        """Partition files, ``<province>/<year>/``."""
        return self.root / "lake"

    @property
    def state(self) -> Path:
        """What is done, by partition."""
        return self.root / "state"

    @property
    def parsed(self) -> Path:
        """Parsed reports, kept by what they were read from and by which parser."""
        return self.state / "parsed"

    @property
    def reports(self) -> Path:
        """Run reports of crawls."""
        return self.state / "reports"

    @property
    def locks(self) -> Path:
        """Lock files, one a province."""
        return self.state / "locks"

    @property
    def figures(self) -> Path:
        """The published figures."""
        return self.root / "gongkai.duckdb"

    @property
    def text(self) -> Path:
        """The published sections and their search index."""
        return self.root / "gongkai-text.duckdb"

    @property
    def dismissals(self) -> Path:
        """Reviewed findings that do not count."""
        return self.root / "dismissals.yaml"

    @property
    def corrections(self) -> Path:
        """Reviewed corrections of single cells."""
        return self.root / "corrections.yaml"

    @property
    def sites(self) -> Path:
        """A registry of the home's own, such as a demo's; used where no other is named."""
        return self.root / "sites"

    @property
    def dagster(self) -> Path:
        """The Dagster instance of a home other than the default one."""
        return self.root / "dagster"
