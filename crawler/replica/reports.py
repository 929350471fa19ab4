"""Reports of an organ with their truth: figures, misprints, habits, prose, put together.

Belongs here: drawing one report and stating the truth about it.
Does not belong here: where it is published (``world``), markup (``render_html``, ``render_docx``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from crawler.replica.dice import Dice
from crawler.replica.figures import Figures, Table, draw_series
from crawler.replica.labels import Form, form_of, forms
from crawler.replica.organs import Organ
from crawler.replica.plants import MISPRINTS, ExpectedFinding, plant
from crawler.replica.printing import CellTruth, Habit, Printed, print_figures
from crawler.replica.prose import Prose, Section, title_of, write_prose
from crawler.replica.render_html import render_body
from crawler.replica.tables import Grid, legal_table, proactive_tables, request_table


@dataclass
class TruthReport:
    """What is true of one report, with the contract's keys.

    Attributes:
        organ: As the report prints it.
        full_name: The organ's full legal name.
        year: The year covered.
        province: Full official name.
        city: City, empty for none.
        county: County or district, None for a city's own organs.
        level: ``county`` or ``city``.
        kind: ``government`` or ``department``.
        form: Form of table two.
        table_forms: Form of each table.
        status: ``complete`` for every report of this generator.
        proactive: ``{item: {measure: number or null}}`` as printed; likewise the next two.
        request: Table three.
        legal_challenge: Table four.
        sections: ``{number: {"heading", "text"}}``; the preamble is ``"0"`` with an empty heading.
        signature: Lines under the last section; no part of its text.
        cells: Nulls with their meaning, and numbers that are not plain digits.
        expected_findings: Identities that the printed numbers break; empty for a clean report.
        misprint: The planted mistake, None for a clean report.
        title: The title on page and in document.
        published_on: The date shown by list and page.
        site: Host.
        url: The article page that the list promises.
        document_url: Where the report's bytes lie: the article page or its attachment.
        attachment_url: The attachment, also where the article holds the report as well.
        format: ``html`` or ``docx``, of the document at ``document_url``.
    """

    organ: str
    full_name: str
    year: int
    province: str
    city: str
    county: str | None
    level: str
    kind: str
    form: str
    table_forms: dict[str, str]
    proactive: Table
    request: Table
    legal_challenge: Table
    sections: dict[str, dict[str, str]]
    signature: tuple[str, ...]
    cells: list[CellTruth]
    expected_findings: list[ExpectedFinding]
    misprint: str | None
    title: str
    published_on: date
    status: str = "complete"
    site: str = ""
    url: str = ""
    document_url: str = ""
    attachment_url: str | None = None
    format: str = "html"


@dataclass
class Report:
    """A report ready to be rendered, with its truth."""

    organ: Organ
    habit: Habit
    printed: Printed
    prose: Prose
    truth: TruthReport
    sound: Figures
    _grids: dict[str, list[Grid]] = field(default_factory=dict)

    def grids(self) -> dict[str, list[Grid]]:
        """Return the laid-out tables by the number of the section they follow."""
        if not self._grids:
            about = self.truth.table_forms
            self._grids = {
                "2": proactive_tables(self.printed, self.habit, about["proactive"]),
                "3": [request_table(self.printed, self.habit, about["request"])],
                "4": [legal_table(self.printed, self.habit)],
            }
        return self._grids

    def correct(self) -> None:
        """Take the misprint out, in print and truth; the date moves on by a week."""
        self.printed = print_figures(self.sound, self.habit)
        self._grids = {}
        truth = self.truth
        truth.proactive = self.printed.figures.proactive
        truth.request = self.printed.figures.request
        truth.legal_challenge = self.printed.figures.legal_challenge
        truth.cells = self.printed.cells
        truth.expected_findings, truth.misprint = [], None
        truth.published_on += timedelta(days=7)

    def html(self) -> str:
        """Render the body as HTML."""
        return render_body(self.prose, self.grids(), self.habit.layout)


def table_forms_of(years: Sequence[int], mixed: frozenset[int]) -> dict[int, tuple[Form, Form]]:
    """Return the forms of table two and of the others, by year.

    Args:
        years: The years covered, ascending.
        mixed: Years in which table three still stands on the oldest form.
    """
    oldest = next(iter(forms().values()))
    return {year: (form_of(year), oldest if year in mixed else form_of(year)) for year in years}


def draw_habit(rng: Random, layout: str, *, without_other: bool) -> Habit:
    """Draw an office's manners for one year; most years are unremarkable."""
    zeros = rng.choices(("digit", "blank", "nil"), weights=(88, 7, 5))[0]
    return Habit(
        layout=layout,
        label_style=rng.choices(
            ("official", "retyped", "worn", "numbered"), weights=(60, 15, 15, 10)
        )[0],
        zeros=zeros,
        zeros_in=rng.choice(("request", "legal_challenge", "proactive")),
        numbers=rng.choices(("plain", "grouped", "full_width"), weights=(90, 7, 3))[0],
        change=rng.choices(("signed", "bare", "worded"), weights=(60, 30, 10))[0],
        amount_unit=rng.random() < 0.35,
        without_other=without_other,
        without_regulation=rng.random() < 0.03,
        one_table=rng.random() < 0.8,
        signed_off=rng.random() < 0.2,
    )


def draw_reports(
    organ: Organ,
    years: Sequence[int],
    *,
    seed: str,
    host: str,
    misprints: Mapping[int, str],
    titles: Sequence[str],
    mixed: frozenset[int] = frozenset(),
    without_other: frozenset[int] = frozenset(),
    carry_break: int | None = None,
) -> list[Report]:
    """Draw an organ's reports for consecutive years.

    Args:
        organ: Who publishes.
        years: The years covered, ascending.
        seed: World seed; with the organ's full name it decides everything.
        host: The site, named in the prose.
        misprints: Planted mistakes by year, see ``plants.MISPRINTS``.
        titles: Kinds of title to choose from, see prose.yaml.
        mixed: Years whose table three stands on the oldest form.
        without_other: Years that do not print the last applicant column.
        carry_break: A year that carries in something else than the year before carried out.

    Returns:
        One report a year, not yet published anywhere.
    """
    rng = Dice(seed, organ.name, "reports")
    layout = rng.choice(("word", "editor", "mixed"))
    table_forms = table_forms_of(years, mixed)
    regulations = 0
    if organ.kind == "government" and organ.level == "city":
        regulations = rng.randint(4, 30)
    series = draw_series(
        rng, organ.size, table_forms, regulations=regulations, other_org=not without_other
    )
    reports = []
    for year in years:
        habit = draw_habit(rng, layout, without_other=year in without_other)
        figures = series[year]
        if year == carry_break:
            _break_carry(figures)
        published = date(year + 1, rng.choice((1, 1, 1, 2, 3)), rng.randint(4, 28))
        kind = rng.choice(titles)
        title = title_of(kind, organ.printed, year)
        if organ.printed not in title:
            habit = replace(habit, signed_off=True)
        prose = write_prose(
            rng,
            organ,
            year,
            form_of(year).name,
            figures,
            title=title,
            host=host,
            signed=published if habit.signed_off else None,
        )
        reports.append(
            _assemble(
                rng,
                organ,
                year,
                table_forms[year],
                figures,
                habit,
                prose,
                published,
                misprints.get(year),
            )
        )
    return reports


def _break_carry(figures: Figures) -> None:
    """Let one more request be carried in than the year before left, balanced within the year."""
    for item in ("carried_in", "granted", "total_processed"):
        row = figures.request[item]
        for column in ("natural_person", "total"):
            row[column] = (row[column] or 0) + 1


def _assemble(
    rng: Random,
    organ: Organ,
    year: int,
    used: tuple[Form, Form],
    figures: Figures,
    habit: Habit,
    prose: Prose,
    published: date,
    misprint: str | None,
) -> Report:
    findings: list[ExpectedFinding] = []
    sound = deepcopy(figures)
    if misprint is not None:
        # a misprint among blanks would leave open what is printed at all
        habit = replace(habit, zeros="digit", without_other=False)
        findings = plant(rng, figures, misprint)
    printed = print_figures(figures, habit)
    about = dict(zip(("proactive", "request"), (form.name for form in used), strict=True))
    about["legal_challenge"] = used[0].name
    preamble = Section("", prose.preamble)
    sections = {
        number: {"heading": section.heading, "text": section.text}
        for number, section in {"0": preamble, **prose.sections}.items()
    }
    truth = TruthReport(
        organ=organ.printed,
        full_name=organ.name,
        year=year,
        province=organ.place.province,
        city=organ.place.city,
        county=organ.place.county or None,
        level=organ.level,
        kind=organ.kind,
        form=about["proactive"],
        table_forms=about,
        proactive=printed.figures.proactive,
        request=printed.figures.request,
        legal_challenge=printed.figures.legal_challenge,
        sections=sections,
        signature=prose.signature,
        cells=printed.cells,
        expected_findings=findings,
        misprint=misprint,
        title=prose.title,
        published_on=published,
    )
    return Report(organ, habit, printed, prose, truth, sound)


__all__ = ["MISPRINTS", "Report", "TruthReport", "draw_reports"]
