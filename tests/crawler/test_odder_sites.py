"""Sites that want a form, a choice or a script file before they show their reports.

As in ``test_odd_sites``: every report of a site is fetched, filed under its year, and no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qsl

from crawler.registry import Site
from tests.crawler.conftest import PROVINCE, Crawls, site
from tests.crawler.test_odd_sites import (
    LIST,
    ORGANS,
    PER,
    REPORTS,
    YEARS,
    Pages,
    data,
    listed,
    piece,
    play,
    scripted,
)
from tests.crawler.web import Answer, Web

LAST = len(REPORTS) // PER
BUTTONS = {"prev": "上一", "on": "下一"}
NO = Answer("<html>error</html>", 500)


def of_year(year: str) -> str:
    return listed([r for r in REPORTS if str(r.year) == year])


def of_organ(number: str) -> str:
    return listed([r for r in REPORTS if r.organ == ORGANS[int(number)]])


def hidden(**fields: object) -> str:
    return "".join(f"<input type=hidden name={k} value='{v}'>" for k, v in fields.items())


# Pages that a form brings.


def post_back(link: Callable[[int], str], turned: Callable[[dict[str, str], int], int]) -> Pages:
    """Pages by ASP.NET post-backs, each with a view state that the next one must carry."""

    def page(given: dict[str, str]) -> Answer:
        number = 1
        if "__VIEWSTATE" in given:
            if given.get("__EVENTVALIDATION") != f"of {given['__VIEWSTATE']}":
                return NO
            number = turned(given, int(given["__VIEWSTATE"]))
        state = hidden(__VIEWSTATE=number, __EVENTVALIDATION=f"of {number}")
        onward = link(number) if number < LAST else ""
        return Answer(listed(piece(number), f"<form method=post>{state}{onward}</form>"))

    return {LIST: page}


def grid_view() -> Pages:
    def turned(given: dict[str, str], current: int) -> int:
        page = given["__EVENTARGUMENT"].removeprefix("Page$")
        return int(page) if given["__EVENTTARGET"] == "g$v" else 9

    return post_back(
        lambda n: f"<a href=\"javascript:__doPostBack('g$v','Page${n + 1}')\">{n + 1}</a>", turned
    )


def button() -> Pages:
    return post_back(
        lambda n: (
            "<input type=submit name=prev value=上一页><input type=submit name=on value=下一页>"
        ),
        lambda given, current: current + ("on" in given) - ("prev" in given),
    )


def guarded_form() -> Pages:
    def page(given: dict[str, str]) -> Answer:
        number = int(given.get("pageIndex", "1"))
        if number > 1 and (given.get("__RequestVerificationToken"), given.get("cid")) != ("t", "9"):
            return NO
        fields = hidden(__RequestVerificationToken="t", cid=9, pageIndex=number)
        tail = f"<form method=post>{fields}</form><a onclick='go({number + 1})'>下一页</a>"
        return Answer(listed(piece(number), tail), headers={"Set-Cookie": "t=1; path=/"})

    return {LIST: page}


def link_without_a_word() -> Pages:
    def page(given: dict[str, str]) -> Answer:
        start = int(given.get("start", "0"))
        onward = f"<a rel=next class=next href='?start={start + PER}'><i></i></a>"
        number = start // PER + 1
        return Answer(listed(piece(number), onward if number < LAST else ""))

    return {LIST: page}


# Choices.


def year_options(attributes: str = "name=nd") -> str:
    options = "".join(f"<option value={y}>{y}年</option>" for y in YEARS)
    return f"<select {attributes}><option value=''>全部年度</option>{options}</select>"


def years_by_address() -> Pages:
    def page(given: dict[str, str]) -> Answer:
        form = f"<form>{hidden(cid=5)}{year_options()}</form>"
        whole = given.get("cid") == "5" or "nd" not in given
        return Answer(of_year(given.get("nd", "2023")) + form) if whole else NO

    return {LIST: page}


def years_by_form() -> Pages:
    def page(given: dict[str, str]) -> Answer:
        form = f"<form method=post>{hidden(key='k')}{year_options()}</form>"
        whole = given.get("key") == "k" or "nd" not in given
        return Answer(of_year(given.get("nd", "2023")) + form) if whole else NO

    return {LIST: page}


def years_by_post_back() -> Pages:
    change = "onchange=\"setTimeout('__doPostBack(\\'y\\',\\'\\')', 0)\" name=y"

    def page(given: dict[str, str]) -> Answer:
        form = f"<form method=post>{hidden(__VIEWSTATE='v')}{year_options(change)}</form>"
        chosen = given["y"] if given.get("__EVENTTARGET") == "y" else "2023"
        return Answer(of_year(chosen) + form)

    return {LIST: page}


def years_by_script() -> Pages:
    script = "<script>function to(v){ location.href = 'nb.html?lm=3&nd=' + v }</script>"

    def page(given: dict[str, str]) -> Answer:
        choice = year_options("id=nd onchange='to(this.value)'")
        return Answer(of_year(given.get("nd", "2023")) + choice + script)

    return {LIST: page}


def organs_by_address() -> Pages:
    options = "".join(f"<option value={n}>{organ}</option>" for n, organ in enumerate(ORGANS))
    form = f"<form><select name=dept>{options}</select></form>"
    return {LIST: lambda given: Answer(of_organ(given.get("dept", "0")) + form)}


def organs_beside_the_page() -> Pages:
    links = "".join(f"<a href='list.jsp?dw={n}'>{organ}</a>" for n, organ in enumerate(ORGANS))
    return {
        LIST: f"<html><title>各部门信息公开年报</title>{links}</html>",
        "/zfxxgk/list.jsp": lambda given: Answer(of_organ(given["dw"])),
    }


def several_years_in_a_column() -> Pages:
    labels = {"2023": "2023年以来", "2022": "2022年及以前"}
    links = "".join(f"<a href='nb/{y}x/index.html'>{text}</a>" for y, text in labels.items())
    return {
        LIST: f"<html><title>政府信息公开年报</title>{links}</html>",
        **{f"/zfxxgk/nb/{y}x/index.html": of_year(y) for y in labels},
    }


# What scripts fetch, and where from.


def parameters_within_a_parameter() -> Pages:
    script = """$.ajax({url: '/Ajax/Part', type: 'POST', data: {view: '_Nb',
      parameters: JSON.stringify({ChannelId: 7, PageIndex: p, PageSize: 2})}, success: f})"""

    def answer(given: dict[str, str]) -> Answer:
        inner = json.loads(given["parameters"])
        return Answer(listed(piece(inner["PageIndex"]))) if inner["ChannelId"] == 7 else NO

    return {LIST: scripted(script), "/Ajax/Part": answer}


def query_within_a_parameter() -> Pages:
    script = "$.post('/Ajax/Part', {view: 'L', parameters: 'cid=7&pageIndex=' + n + '&pageSize=2'})"

    def answer(given: dict[str, str]) -> Answer:
        inner = dict(parse_qsl(given["parameters"]))
        return Answer(listed(piece(int(inner["pageIndex"])))) if inner["cid"] == "7" else NO

    return {LIST: scripted(script), "/Ajax/Part": answer}


def records_counted_not_pages() -> Pages:
    script = "fetch('/api/docs?channel=9&offset=' + (page * 2) + '&limit=2').then(r => r.json())"
    return {
        LIST: scripted(script),
        "/api/docs": lambda given: data(int(given["offset"] or 0) // PER + 1),
    }


def xml_of_elements() -> Pages:
    items = "".join(
        f"<item><title><![CDATA[{r.title}]]></title><link>{r.path}</link><pubDate>{r.day}</pubDate>"
        "</item>"
        for r in REPORTS
    )
    script = "$.ajax({url: 'list.xml', dataType: 'xml', success: show})"
    xml = f"<?xml version='1.0' encoding='UTF-8'?><root>{items}</root>"
    return {LIST: scripted(script), "/zfxxgk/list.xml": Answer(xml, type="text/xml")}


def xml_of_attributes() -> Pages:
    rows = "".join(f"<row title='{r.title}' url='{r.path}' date='{r.day}'/>" for r in REPORTS)
    xml = f"<data total='{len(REPORTS)}'>{rows}</data>"
    return {
        LIST: scripted("load('/xml/nb.xml?page=' + 1)"),
        "/xml/nb.xml": Answer(xml, type="text/xml"),
    }


def script_file_with_the_records() -> Pages:
    records = json.dumps([{"title": r.title, "url": r.path, "date": r.day} for r in REPORTS])
    page = "<html><title>政府信息公开年报</title><script src='/data/nb.js'></script></html>"
    return {LIST: page, "/data/nb.js": Answer(f"show({records});", type="text/javascript")}


def script_file_with_the_call() -> Pages:
    call = "function load(p){ $.ajax({url: '/site/list', data: {cid: channel, page: p, rows: 2}}) }"
    library = "<script src='/js/jquery.min.js'></script>"

    def answer(given: dict[str, str]) -> Answer:
        return data(int(given["page"]) if given.get("cid") == "66" else 9)

    return {
        LIST: scripted("var channel = '66';") + library + "<script src='/js/list.js'></script>",
        "/js/list.js": Answer(call, type="text/javascript"),
        "/site/list": answer,
    }


LISTS: list[Callable[[], Pages]] = [
    grid_view, button, guarded_form, link_without_a_word, years_by_address, years_by_form,
    years_by_post_back, years_by_script, organs_by_address, organs_beside_the_page,
    several_years_in_a_column, parameters_within_a_parameter, query_within_a_parameter,
    records_counted_not_pages, xml_of_elements, xml_of_attributes, script_file_with_the_records,
    script_file_with_the_call,
]  # fmt: skip


def numbers_without_words(web: Web, host: str) -> Site:
    """A static list whose pager is the numbers of its pages and nothing else."""
    tail = "".join(f"<a href='index_{n}.html'>{n}</a>" for n in (2, 3))
    for number in (1, 2, 3):
        name = "index" if number == 1 else f"index_{number}"
        web.put(f"http://{host}/zfxxgk/zfxxgknb/{name}.html", listed(piece(number), tail))
    play(web, host, {})
    return site(host, "trs", f"http://{host}/zfxxgk/zfxxgknb/index.html")


def test_every_report_behind_forms_choices_and_scripts_is_fetched(web: Web, crawls: Crawls) -> None:
    names = {f"www.o{n}.gov.cn": make.__name__ for n, make in enumerate(LISTS)}
    for (host, _), make in zip(names.items(), LISTS, strict=True):
        play(web, host, make())
    sites = [site(host, "generic", f"http://{host}{LIST}") for host in names]
    # The same by discovery from a home page, where the column shows no report by itself.
    silent = f"www.d{len(LISTS)}.gov.cn"
    play(web, silent, script_file_with_the_call() | {"/": f"<a href='{LIST}'>政府信息公开年报</a>"})
    sites += [Site(silent, silent, PROVINCE), numbers_without_words(web, "www.n.gov.cn")]
    report = crawls.run(*sites)
    got = {
        (d.site, d.url.partition(".cn")[2], d.year)
        for d in crawls.documents().values()
        if d.role == "article" and d.sha256
    }
    for one in sites:
        mine = {(path, year) for host, path, year in got if host == one.host}
        assert mine == {(r.path, r.year) for r in REPORTS}, names.get(one.host, one.host)
        assert report.sites[one.host].errors == [], names.get(one.host, one.host)
