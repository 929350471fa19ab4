"""A form that is like the one before takes no older reports."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.reports import proactive
from pipelines.reports.read import read_report
from warehouse.facts.forms import Form, form, forms

FIXTURE = Path(__file__).parents[1] / "fixtures" / "hanweb_2021_html" / "document.html"
NEXT = 2027


@pytest.fixture
def next_form(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A form of a later year with the heads and rows of the newest."""
    later = dataclasses.replace(forms()[0], id=str(NEXT), since=NEXT)

    def by_id(form_id: str) -> Form:
        return later if form_id == later.id else form(form_id)

    monkeypatch.setattr(proactive, "forms", lambda: (later, *forms()))
    monkeypatch.setattr(proactive, "form", by_id)
    proactive._measures_of.cache_clear()
    yield
    proactive._measures_of.cache_clear()


@pytest.mark.usefixtures("next_form")
def test_the_year_decides_between_forms_with_the_same_heads() -> None:
    report = read_report(FIXTURE.read_bytes(), "document.html").to_json()
    assert report["year"] == forms()[0].since
    assert report["table_forms"]["proactive"] == forms()[0].id
    assert report["table_forms"]["legal_challenge"] == forms()[0].id
    votes = Counter({forms()[0].id: 3, str(NEXT): 3})
    assert proactive._form(votes, NEXT) == str(NEXT)
