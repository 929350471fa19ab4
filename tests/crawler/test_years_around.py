"""The year that stands around a row: in a tab, in the name of its column, and what it means."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.below import columns_below
from crawler.listing import Row, read_rows
from crawler.paging import Ask, Page
from crawler.words import completed, year_span

BASE = "http://www.a.gov.cn/zfxxgk/nb/"
LINK = "<a href='/info/{y}.html'>环翠区教育局</a>"


def panes(tag: str, **attributes: str) -> str:
    extra = " ".join(f"{k}='{v}'" for k, v in attributes.items())
    return "".join(f"<{tag} {extra} id='t{y}'>{LINK.format(y=y)}</{tag}>" for y in (2023, 2022))


def tabs(template: str) -> str:
    return "".join(template.format(y=y) for y in (2023, 2022))


@pytest.mark.parametrize(
    "page",
    [
        f"<ul>{tabs('<li data-id=t{y}>{y}年</li>')}</ul><p>x</p>{panes('div')}",
        f"<ul>{tabs('<li><a href=#t{y}>{y}年</a></li>')}</ul><p>x</p>{panes('ul')}",
        f"<div><ul>{tabs('<li><a href=javascript:;>{y}</a></li>')}</ul></div>"
        f"<div>{panes('ul').replace('id=', 'x=')}</div>",
        f"<div>{tabs('<span onclick=tab(1)>{y}</span>')}</div>{panes('div', style='display:none')}",
    ],
)
def test_rows_of_a_pane_have_the_year_of_its_tab(page: str) -> None:
    rows = read_rows(f"<html><body>{page}</body></html>", BASE)
    found = {row.url[-9:-5]: row.under for row in rows if "/info/" in row.url}
    assert {url: under[:4] for url, under in found.items()} == {"2023": "2023", "2022": "2022"}


def test_days_set_apart_are_no_tabs_but_days() -> None:
    day = "<div><span>2{n}</span><span>202{n}-01</span></div>"
    for tag in ("li", "div"):
        items = "".join(f"<{tag}>{day.format(n=n)}{LINK.format(y=n)}</{tag}>" for n in (1, 2, 3))
        rows = read_rows(f"<html><body><div>{items}</div></body></html>", BASE)
        assert [row.date for row in rows] == [date(2020 + n, 1, 20 + n) for n in (1, 2, 3)]
        assert not any(row.under for row in rows)


def test_what_is_hidden_and_no_pane_stays_hidden() -> None:
    page = f"<ul><li>2023</li><li>2022</li></ul><div style='display:none'>{LINK}</div>"
    assert read_rows(page, BASE) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2021年", (2021, 2021)),
        ("2014-2020年", (2014, 2020)),
        ("2014年至2020年", (2014, 2020)),
        ("2013年及以前", (0, 2013)),
        ("2021年以来", (2021, 9999)),
        ("二〇一三年", (2013, 2013)),
        ("部门", None),
    ],
)
def test_years_that_a_label_names(text: str, span: tuple[int, int] | None) -> None:
    assert year_span(text) == span


@pytest.mark.parametrize(
    ("title", "context", "day", "expected"),
    [
        # The column's year, whatever the day: the reports were put up again.
        ("某局信息公开年报", "2012年 信息公开年报", date(2025, 3, 3), "某局信息公开年报 2012年"),
        # A column of what was published in a year says nothing of the year covered.
        ("某局信息公开年报", "2013年 信息公开年报", date(2013, 3, 3), "某局信息公开年报"),
        # Nor does one of several years.
        ("某局信息公开年报", "2013-2015年 信息公开年报", None, "某局信息公开年报"),
        ("2014年", "2013-2015年 信息公开年报", None, "2014年 信息公开年报"),
        ("某某局年度报告", "信息公开年报", None, "某某局年度报告 信息公开年报"),
        ("某某局", "信息公开年报", None, "某某局"),
    ],
)
def test_years_of_a_column_complete_its_titles(
    title: str, context: str, day: date | None, expected: str
) -> None:
    assert completed(title, context, day=day).split() == expected.split()


@pytest.mark.parametrize(
    ("label", "wanted"),
    [("2021年", {2009}), ("2009年", {2009}), ("2014-2020年", {2019}), ("2013年及以前", {2009})],
)
def test_columns_that_may_hold_a_wanted_year_are_walked(label: str, wanted: set[int]) -> None:
    page = Page(f"{BASE}index.html", "", f"{BASE}index.html", Ask(BASE), years=frozenset(wanted))
    rows = [Row(f"{BASE}a/index.html", label, None)]
    assert [column.url for column in columns_below(page, rows, "信息公开年报")] == [rows[0].url]


def test_columns_of_years_before_the_wanted_ones_are_not_walked() -> None:
    page = Page(f"{BASE}index.html", "", f"{BASE}index.html", Ask(BASE), years=frozenset({2022}))
    labels = ("2021年", "2014-2020年", "2013年及以前")
    rows = [Row(f"{BASE}{n}/index.html", label, None) for n, label in enumerate(labels)]
    assert columns_below(page, rows, "信息公开年报") == []
