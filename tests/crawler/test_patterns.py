"""Addresses that scripts build: of clicked rows, of records without one, of menus of numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler import xmldata
from crawler.choices import choices
from crawler.families.generic import read
from crawler.listing import read_rows, visible_tree
from crawler.menus import navigation
from crawler.paging import Ask, Page
from crawler.patterns import script_patterns
from tests.crawler.walking import walk

BASE = "http://www.a.gov.cn/x/"
TITLE = "环翠区教育局2022年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("script", "template"),
    [
        ("h += '<a href=\"/doc/' + item.id + '.html\">' + item.title + '</a>'", "/doc/{id}.html"),
        ("for (i in d) { s += '<a href=\"i.jsp?id=' + d.list[i].id + '\">' }", "i.jsp?id={id}"),
        ("function go(row){ window.open(`/detail?docId=${row.docId}`) }", "/detail?docId={docId}"),
        ("f(function(e){ $('#f').attr('src', 'l.jsp?c=' + e.node.id) })", "l.jsp?c={id}"),
        ("const to = x => { location.href = '/c/' + x['code'] + '/' }", "/c/{code}/"),
        ("$('li').click(function(){ open('/c?k=' + $(this).data('k')) })", "/c?k={data-k}"),
        ("var root = '/gk'; location = root + '/' + id + '/' + no + '.htm'", "/gk/{id}/{no}.htm"),
        ("location.href = ctxPath + '/d.do?id=' + id", "/d.do?id={id}"),
        # Asked for by scripts, or no address, or a picture: nothing leads there.
        ("$.get('/api/list?id=' + id)", None),
        ("alert('no. ' + id)", None),
        ("x = '<img src=\"/icon/' + type + '.png\">'", None),
        ("location.href = url", None),
        ("open('/visit/count?id=' + id)", None),
    ],
)
def test_addresses_that_a_script_builds_to_lead_somewhere(
    script: str, template: str | None
) -> None:
    found = [p.template for p in script_patterns(script)]
    shown = [
        f"{{{part}}}" if n % 2 else part for t in found for n, part in enumerate(t.split("\0"))
    ]
    assert "".join(shown) == (template or "")


@pytest.mark.parametrize(
    ("row", "script", "path"),
    [
        (
            "<tr onclick=\"info('7001')\"><td>{t}</td></tr>",
            "open('d.jsp?id=' + n)",
            "d.jsp?id=7001",
        ),
        ('<a href="javascript:info(7001)">{t}</a>', "location='/d/' + n + '.html'", "/d/7001.html"),
        ("<a href='#' onclick='return info(7001);'>{t}</a>", "open('/d/' + n)", "/d/7001"),
        ('<li onclick="other(7001)">{t}</li>', "open('/d/' + n)", None),
        ('<a href="javascript:info()">{t}</a>', "open('/d/' + n)", None),
    ],
)
def test_rows_that_call_a_function_with_their_number(
    row: str, script: str, path: str | None
) -> None:
    page = f"{row.format(t=TITLE)}<script>function info(n){{ {script} }}</script>"
    rows = [(r.url, r.title) for r in read_rows(page, BASE)]
    home = BASE[:-3] if path and path[0] == "/" else BASE
    assert rows == ([(f"{home}{path}", TITLE)] if path else [])


def test_records_without_addresses_get_them_from_the_page_that_shows_them() -> None:
    script = """axios.get('/api/docs', {params: {channelId: 7, page: 1, size: 2}})
      .then(r => this.rows = r.data);
      function see(x){ location.href = '/doc/' + x.docId + '.html' }"""
    ids = [f"d{n}" for n in range(3)]

    def server(ask: Ask) -> str | None:
        if "/api/" not in ask.url:
            return f"<html><title>政府信息公开年报</title><script>{script}</script></html>"
        number = int(ask.url.split("page=")[1].split("&")[0])
        records = [{"docId": i, "title": TITLE} for i in ids[(number - 1) * 2 : number * 2]]
        return json.dumps({"total": 3, "rows": records if number else []})

    walked = walk(read, f"{BASE}nb.html", server)
    assert [r.url for r in walked.rows] == [f"http://www.a.gov.cn/doc/{i}.html" for i in ids]
    assert walked.problems == []


@pytest.mark.parametrize(
    "page",
    [
        "<script>var zNodes=[{id:1,name:'公开'},{id:31,pId:1,name:'政府信息公开年报'}];"
        "function onClick(e,t,node){ $('#f').attr('src','list.jsp?cat='+node.id) }</script>",
        "<li onclick='to(31)'>政府信息公开年报</li>"
        "<script>function to(id){ location.href='list.jsp?cat='+id }</script>",
        "<li data-cat=31><a href='javascript:;'>政府信息公开年报</a></li>"
        "<script>$('li').click(() => open('list.jsp?cat='+$(this).attr('data-cat')))</script>",
    ],
)
def test_menus_of_numbers_lead_to_columns(page: str) -> None:
    found = {row.title: row.url for row in navigation(f"<html>{page}</html>", BASE)}
    assert found["政府信息公开年报"] == f"{BASE}list.jsp?cat=31"


SELECT = "<select name=dept><option value=1>教育局</option><option value=2>民政局</option></select>"


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        (f"<form action=l.jsp>{SELECT}</form>", 2),
        (f"<form action=l.jsp method=post>{SELECT}<input type=submit></form>", 2),
        # Whoever wants more than a choice gets nothing: searches, questions, applications.
        (f"<form action=l.jsp>{SELECT}<input name=q></form>", 0),
        (f"<form action=l.jsp method=post>{SELECT}<textarea name=t></textarea></form>", 0),
        (f"<form action=ysqgk/save.do method=post>{SELECT}</form>", 0),
        (f"<form action=http://www.b.gov.cn/l.jsp>{SELECT}</form>", 0),
    ],
)
def test_only_forms_of_mere_choices_are_sent(form: str, sent: int) -> None:
    page = Page(f"{BASE}nb.html", f"<html>{form}</html>", f"{BASE}nb.html", Ask(BASE))
    assert len(choices(page, visible_tree(page.text), "信息公开年报")) == sent


def test_xml_answers_are_not_expanded_and_read_nothing_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 9))
    bomb = f"<!DOCTYPE r [<!ENTITY a0 'x'>{entities}]><r><t>&a8;</t></r>"
    reading = f"<!DOCTYPE r [<!ENTITY f SYSTEM 'file://{secret}'>]><r><t>&f;</t></r>"
    assert "secret" not in str(xmldata.parse(reading))
    for text in (bomb, "<r><t></r>"):
        with pytest.raises(ValueError, match="no XML"):
            xmldata.parse(text)
