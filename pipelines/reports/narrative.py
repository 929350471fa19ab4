"""What the sentences of a report without tables state for sure, as indicators.

Reports on 2008 to 2013 have no official table. A figure is taken when every sentence that states
it gives one number, and none speaks of a part only; anything less sure stays text.
"""

from __future__ import annotations

import re

from pipelines.reports.model import Figure, Indicator, Section
from pipelines.reports.prose import is_of, numbers_in, sentences_of
from warehouse.facts.files import load_yaml
from warehouse.facts.forms.statistics import indicator_rows


def read_narrative(
    sections: dict[str, Section], year: int | None = None
) -> tuple[list[Indicator], dict[str, Figure]]:
    """Indicators of a report without tables.

    Args:
        sections: its parts.
        year: the report year; what sentences say of other years is left alone.

    Returns:
        The indicators in the order of the form, and per code the figure with the words it was
        read from.
    """
    sentences = [s for s in sentences_of(sections) if is_of(s, year)]
    found: dict[str, dict[int, str]] = {}
    for rule in load_yaml("prose.yaml")["narrative"]:
        stated = found.setdefault(rule["code"], {})
        if "pattern" in rule:
            stated |= dict(numbers_in(sentences, rule["pattern"], year))
        else:
            denied = next((s for s in sentences if re.search(rule["none"], s)), None)
            stated |= {} if denied is None else {0: denied}
    figures = {
        code: Figure(number, "number", words[:200])
        for code, stated in found.items()
        if len(stated) == 1
        for number, words in stated.items()
    }
    indicators = [
        Indicator(row.code, row.label, row.unit, figures[row.code].value)
        for row in indicator_rows()
        if row.code in figures
    ]
    return indicators, figures
