"""Whether a site gave what it gave before, and what the registry expects of it.

A list that is suddenly empty is no list without reports: it is a site that changed, or a reader
that no longer fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def short_years(
    years: Iterable[int],
    listed: Mapping[int, int],
    before: Mapping[int, int],
    least: int | None,
) -> dict[str, str]:
    """Years of which a site listed less than it should, and the reason.

    Args:
        years: covered years that were wanted.
        listed: reports that the lists named in this run, by year.
        before: reports in hand from earlier runs, by year.
        least: reports a year that the registry expects, if it says so.
    """
    short = {}
    for year in years:
        now, had = listed.get(year, 0), before.get(year, 0)
        if least is not None and now < least:
            short[str(year)] = f"{now} reports of {year} are listed, at least {least} are expected"
        elif not now and had:
            short[str(year)] = f"no report of {year} is listed any more; there were {had}"
    return short
