"""Settings of a run as a Dagster resource, so that they show on its page and can be changed there.

Values only, and the two things that follow from them alone: the home and its sites.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from warehouse.home import Home

if TYPE_CHECKING:
    from crawler.registry import Site


class Settings(dg.ConfigurableResource[None]):
    """What a run works on and how politely.

    Attributes:
        home: directory of the home.
        sites: registry file or directory, None for the bundled registry.
        hosts: only these sites; empty for all.
        delay: least pause between two requests to a host, seconds.
        demo: whether the home holds replica data.
        full: whether lists are read to their end and every document is asked for again.
        quiet_hours: hours of the day, in China's time, in which nothing is asked.
        keep_days: age, in days, from which runs that the grid does not need are removed.
        release: whether partitions that the checks hold back are published all the same.
    """

    home: str = Field(description="Directory of the home.")
    sites: str | None = Field(default=None, description="Registry; empty: the bundled one.")
    hosts: list[str] = Field(default=[], description="Only these sites; empty: all.")
    delay: float = Field(default=1.0, ge=0, description="Least pause between requests, seconds.")
    demo: bool = Field(default=False, description="Whether the home holds replica data.")
    full: bool = Field(default=False, description="Read lists to their end, ask for all again.")
    quiet_hours: str | None = Field(
        default=None, description="Hours without requests, in China's time, such as 8-18."
    )

    keep_days: int = Field(default=90, ge=1, description="Age of runs that may be removed.")
    release: bool = Field(default=False, description="Publish what the checks hold back.")

    def at(self) -> Home:
        """The home."""
        return Home(Path(self.home))

    def registry(self) -> Path | None:
        """The registry that is set, else the home's own; None for the bundled one."""
        if self.sites:
            return Path(self.sites)
        own = self.at().sites
        return own if own.is_dir() else None

    def quiet(self) -> tuple[int, int] | None:
        """The quiet hours, None when there are none.

        Raises:
            ValueError: they are not written as two hours.
        """
        from crawler.manners import parse_quiet_hours

        return parse_quiet_hours(self.quiet_hours) if self.quiet_hours else None

    def provinces(self) -> list[str]:
        """The provinces that the selected sites belong to, in official order.

        Raises:
            crawler.registry.RegistryError: the registry is not valid.
        """
        from crawler.registry import load_sites
        from warehouse.facts.divisions import PROVINCES

        every = load_sites(self.registry())
        found = {s.province for s in every if not self.hosts or s.host in self.hosts}
        return [province for province in PROVINCES if province in found]

    def is_demo(self) -> bool:
        """Whether the home holds replica data, by the settings or by what it has published."""
        from warehouse.errors import PublishError
        from warehouse.published import read_published

        if self.demo:
            return True
        try:
            present = read_published(self.at().figures)
        except PublishError:
            return False  # publish says what is wrong with the file
        return present is not None and present.kind == "demo"

    def sites_of(self, province: str, every: bool = False) -> list[Site]:
        """The selected sites of a province, or every one that the registry has.

        Raises:
            crawler.registry.RegistryError: the registry is not valid.
        """
        from crawler.registry import load_sites

        known = load_sites(self.registry())
        return [
            site
            for site in known
            if site.province == province and (every or not self.hosts or site.host in self.hosts)
        ]


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings for runs that no command line configures: schedules and the web interface.

    Args:
        environment: read for ``GONGKAI_HOME`` (default ``./data``), ``GONGKAI_SITES``,
            ``GONGKAI_DELAY``, ``GONGKAI_QUIET_HOURS``, ``GONGKAI_KEEP_DAYS`` and ``GONGKAI_DEMO``
            (``1`` for a demo home).

    Raises:
        ValueError: ``GONGKAI_DELAY`` or ``GONGKAI_KEEP_DAYS`` is not a number.
    """
    return Settings(
        home=str(Path(environment.get("GONGKAI_HOME", "data")).absolute()),
        sites=environment.get("GONGKAI_SITES") or None,
        delay=float(environment.get("GONGKAI_DELAY", "1")),
        demo=environment.get("GONGKAI_DEMO", "") == "1",
        quiet_hours=environment.get("GONGKAI_QUIET_HOURS") or None,
        keep_days=int(environment.get("GONGKAI_KEEP_DAYS", "90")),
    )
