"""Random but consistent figures for the reports of one organ over its years.

Belongs here: drawing numbers that satisfy the forms' identities and carry over from year to year.
Does not belong here: misprints (``plants``), how numbers are printed (``printing``).

All figures are drawn under the items of the newest form; ``fold_other`` folds them where needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from crawler.replica.labels import Form

Number = int | float
Table = dict[str, dict[str, Number | None]]

APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_org",
    "legal_service_org",
    "other_org",
)
OTHER_ITEMS = ("other_not_corrected", "other_unpaid", "other_rest")
OUTCOMES: Mapping[str, float] = {
    "granted": 30,
    "partially_granted": 9,
    "denied_state_secret": 0.7,
    "denied_other_law": 1.2,
    "denied_security_stability": 0.8,
    "denied_third_party": 2.5,
    "denied_internal_affairs": 2.2,
    "denied_process_info": 2,
    "denied_enforcement_file": 2.4,
    "denied_admin_inquiry": 1.8,
    "unavailable_not_held": 22,
    "unavailable_needs_creation": 4,
    "unavailable_unclear": 3,
    "unprocessed_petition": 4,
    "unprocessed_repeat": 2.5,
    "unprocessed_publication": 0.8,
    "unprocessed_excessive": 0.9,
    "unprocessed_confirm": 1.6,
    "other_not_corrected": 3,
    "other_unpaid": 0.8,
    "other_rest": 3.5,
}
APPLICANT_WEIGHTS = (70.0, 13.0, 2.5, 3.0, 6.0, 4.0)
CHANNELS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
RESULTS: Mapping[str, float] = {"upheld": 6, "corrected": 1.5, "other": 2, "pending": 1.2}
# received requests and legal challenges a year, from and to, by the size of an organ
RECEIVED = {"large": (180, 640), "medium": (18, 95), "small": (1, 9), "none": (0, 0)}
CHALLENGES = {"large": (6, 40), "medium": (1, 9), "small": (0, 2), "none": (0, 0)}
DECISIONS = {"large": 9000, "medium": 1500, "small": 90, "none": 12}


@dataclass
class Figures:
    """One year's figures of one organ: ``proactive[item][measure]`` and so on for each table."""

    proactive: Table
    request: Table
    legal_challenge: Table


def split(rng: Random, total: int, weights: Sequence[float]) -> list[int]:
    """Deal ``total`` things out over the weights at random; the parts add up to ``total``."""
    parts = [0] * len(weights)
    for index in rng.choices(range(len(weights)), weights=weights, k=total):
        parts[index] += 1
    return parts


def draw_request(
    rng: Random, size: str, carried_in: Mapping[str, int], other_org: bool = True
) -> Table:
    """Draw table three for one year.

    Args:
        rng: Source of randomness.
        size: Key of ``RECEIVED``.
        carried_in: What last year left over, by applicant.
        other_org: False keeps the last applicant column at zero.

    Returns:
        ``{item: {applicant or "total": int}}`` with every identity of the form satisfied.
    """
    weights = [w * rng.uniform(0.6, 1.5) for w in APPLICANT_WEIGHTS]
    if not other_org:
        weights[-1] = 0.0
    received = split(rng, rng.randint(*RECEIVED[size]), weights)
    outcome_weights = [w * rng.uniform(0.5, 1.8) for w in OUTCOMES.values()]
    table: Table = {item: {} for item in ("received", "carried_in", *OUTCOMES)}
    table |= {"total_processed": {}, "carried_out": {}}
    for applicant, new in zip(APPLICANTS, received, strict=True):
        old = carried_in.get(applicant, 0)
        done, left = split(rng, new + old, (0.94, 0.06))
        table["received"][applicant] = new
        table["carried_in"][applicant] = old
        for item, count in zip(OUTCOMES, split(rng, done, outcome_weights), strict=True):
            table[item][applicant] = count
        table["total_processed"][applicant] = done
        table["carried_out"][applicant] = left
    for row in table.values():
        row["total"] = sum(row[a] or 0 for a in APPLICANTS)
    return table


def draw_legal_challenge(rng: Random, size: str) -> Table:
    """Draw table four for one year: ``{channel: {result or "total": int}}``."""
    table: Table = {}
    for channel, count in zip(
        CHANNELS, split(rng, rng.randint(*CHALLENGES[size]), (5, 3, 2)), strict=True
    ):
        row: dict[str, Number | None] = dict(
            zip(RESULTS, split(rng, count, list(RESULTS.values())), strict=True)
        )
        row["total"] = count
        table[channel] = row
    return table


def draw_stocks(rng: Random, size: str, stock: int, regulations: int) -> tuple[Table, int]:
    """Draw table two of a form that asks for stocks and amounts.

    Args:
        rng: Source of randomness.
        size: Key of ``DECISIONS``.
        stock: Normative documents in force at the start of the year.
        regulations: Regulations in force (0 for a body without the power to make them).

    Returns:
        The table and the documents in force at the end of the year.
    """
    most = DECISIONS[size]
    issued = rng.randint(0, max(1, stock // 6 + 2)) if size != "none" else 0
    repealed = rng.randint(0, stock // 8)
    in_force = stock + issued - repealed
    fee = round(rng.uniform(0.3, most * 1.5), rng.choice((1, 2, 3, 4)))
    table: Table = {
        "regulation": {"issued": 0, "repealed": 0, "in_force": regulations},
        "normative_document": {"issued": issued, "repealed": repealed, "in_force": in_force},
        "administrative_license": {"decisions": rng.randint(0, most)},
        "administrative_penalty": {"decisions": rng.randint(0, most)},
        "administrative_compulsion": {"decisions": rng.randint(0, most // 12)},
        "administrative_fee": {"amount": fee if rng.random() < 0.6 else 0},
    }
    return table, in_force


def draw_changes(rng: Random, size: str, stock: int, regulations: int) -> tuple[Table, int]:
    """Draw table two of a form that asks for changes; arguments and result as ``draw_stocks``."""
    most = DECISIONS[size]
    made = rng.randint(0, max(1, stock // 6 + 2)) if size != "none" else 0

    def managed(scale: int) -> dict[str, Number | None]:
        previous = rng.randint(0, scale)
        return {
            "previous_year_items": previous,
            "change": rng.randint(-min(previous, 14), 16) if scale else 0,
            "decisions": rng.randint(0, most),
        }

    fees = rng.randint(0, 9)
    projects = rng.randint(0, max(2, most // 60))
    amount: Number = rng.randint(8_000, 900_000) * projects
    if projects and rng.random() < 0.5:
        amount = round(amount + rng.randint(1, 99) / 100, 2)
    table: Table = {
        "regulation": {"newly_made": 0, "newly_disclosed": 0, "total_disclosed": regulations},
        "normative_document": {
            "newly_made": made,
            "newly_disclosed": made,
            "total_disclosed": stock + made,
        },
        "administrative_license": managed(260),
        "other_management": managed(120),
        "administrative_penalty": managed(310),
        "administrative_compulsion": managed(40),
        "administrative_fee": {
            "previous_year_items": fees,
            "change": rng.randint(-fees, 3),
        },
        "procurement": {"projects": projects, "amount": amount},
    }
    return table, stock + made


def fold_other(request: Table) -> Table:
    """Fold the three rows of other processing into the one row ``other``."""
    folded: Table = {}
    for item, row in request.items():
        if item == OTHER_ITEMS[0]:
            folded["other"] = {
                column: sum(request[part][column] or 0 for part in OTHER_ITEMS) for column in row
            }
        if item not in OTHER_ITEMS:
            folded[item] = dict(row)
    return folded


def draw_series(
    rng: Random,
    size: str,
    forms: Mapping[int, tuple[Form, Form]],
    *,
    regulations: int = 0,
    other_org: bool = True,
) -> dict[int, Figures]:
    """Draw an organ's figures for consecutive years.

    Args:
        rng: Source of randomness.
        size: ``large``, ``medium``, ``small`` or ``none`` (no requests at all).
        forms: For each year, ascending, the form of table two and the form of table three.
        regulations: Regulations in force, constant over the years.
        other_org: False keeps the applicant column ``other_org`` at zero in all years.

    Returns:
        Figures by year; what a year carries out, the next carries in.
    """
    stock = {"large": 60, "medium": 18, "small": 5, "none": 0}[size] + rng.randint(0, 9)
    carried: dict[str, int] = {}
    if size != "none":
        weights = APPLICANT_WEIGHTS if other_org else (*APPLICANT_WEIGHTS[:-1], 0.0)
        carried = dict(zip(APPLICANTS, split(rng, RECEIVED[size][0] // 12, weights), strict=True))
    series = {}
    for year, (proactive_form, request_form) in forms.items():
        draw = draw_changes if proactive_form.with_changes else draw_stocks
        proactive, stock = draw(rng, size, stock, regulations)
        request = draw_request(rng, size, carried, other_org)
        carried = {a: int(request["carried_out"][a] or 0) for a in APPLICANTS}
        if request_form.folded_other:
            request = fold_other(request)
        series[year] = Figures(proactive, request, draw_legal_challenge(rng, size))
    return series
