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
    """

    home: str = Field(description="Directory of the home.")
    sites: str | None = Field(default=None, description="Registry; empty: the bundled one.")
    hosts: list[str] = Field(default=[], description="Only these sites; empty: all.")
    delay: float = Field(default=1.0, ge=0, description="Least pause between requests, seconds.")
    demo: bool = Field(default=False, description="Whether the home holds replica data.")

    def at(self) -> Home:
        """The home."""
        return Home(Path(self.home))

    def sites_of(self, province: str) -> list[Site]:
        """The selected sites of a province.

        Raises:
            crawler.registry.RegistryError: the registry is not valid.
        """
        from crawler.registry import load_sites

        every = load_sites(Path(self.sites) if self.sites else None)
        return [
            site
            for site in every
            if site.province == province and (not self.hosts or site.host in self.hosts)
        ]


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings for runs that no command line configures: schedules and the web interface.

    Args:
        environment: read for ``GONGKAI_HOME`` (default ``./data``), ``GONGKAI_SITES``,
            ``GONGKAI_DELAY`` and ``GONGKAI_DEMO`` (``1`` for a demo home).

    Raises:
        ValueError: ``GONGKAI_DELAY`` is not a number.
    """
    return Settings(
        home=str(Path(environment.get("GONGKAI_HOME", "data")).absolute()),
        sites=environment.get("GONGKAI_SITES") or None,
        delay=float(environment.get("GONGKAI_DELAY", "1")),
        demo=environment.get("GONGKAI_DEMO", "") == "1",
    )
