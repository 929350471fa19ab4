"""From a home page to the annual-report column, by every road there is."""

from __future__ import annotations

import os
from typing import Any

import pytest

from crawler.discover import judge_link
from crawler.launch import DiscoveryError, run_discovery
from crawler.registry import Site, site_from_entry
from crawler.replica.build import load_world
from crawler.replica.server import running_replica
from crawler.searching import search_address
from tests.crawler.conftest import PROVINCE, Crawls, listing, title
from tests.crawler.web import Answer, Web

HOST = "www.a.gov.cn"
HOME = f"http://{HOST}/"
NB = f"{HOME}zwgk/zfxxgk/zfxxgknb/"
HEAD = (
    '<meta name="SiteName" content="环翠区人民政府"><meta name="SiteIDCode" content="3710020001">'
)


def page(*links: tuple[str, str], head: str = "", tail: str = "") -> str:
    items = "".join(f"<li><a href='{href}'>{text}</a></li>" for href, text in links)
    return f"<html><head>{head}</head><body><ul>{items}</ul>{tail}</body></html>"


def column(web: Web, base: str, *years: int) -> None:
    rows = [(f"./202{n}01/t202{n}0110_{n}.html", title(y), f"{y + 1}-01-10")
            for n, y in enumerate(years)]  # fmt: skip
    web.put(base, listing(rows))
    for href, year_title, _ in rows:
        web.put(f"{base}{href[2:]}", f"<html><body>{year_title}</body></html>")


def discover(url: str = HOME) -> dict[str, Any]:
    return run_discovery(url, 0.0, lambda line: None)


def found(entry: dict[str, Any]) -> list[str]:
    return [column["url"] for column in entry["columns"]]


@pytest.mark.parametrize(
    ("text", "path", "weight", "named"),
    [
        ("政府信息公开年报", "/a/", 10, True),
        ("信息公开年度报告", "/a/", 10, True),
        ("政府信息公开工作年度报告", "/a/", 10, True),
        ("部门年报", "/a/", 8, True),
        ("年 报", "/a/", 8, True),
        ("更多", "/zwgk/zfxxgknb/", 6, True),
        ("政府信息公开", "/a/", 5, False),
        ("政务公开", "/a/", 4, False),
        ("网站地图", "/a/", 4, False),
        ("市政府信息公开指南", "/a/", 2, False),
        ("政府网站工作年度报表", "/nb/", 0, False),
        ("公共企事业单位信息公开年报", "/nb/", 0, False),
        ("要闻动态", "/a/", 0, False),
    ],
)
def test_what_a_link_promises(text: str, path: str, weight: int, named: bool) -> None:
    assert judge_link(text, f"http://{HOST}{path}") == (weight, named)


def test_column_behind_navigation_is_found_with_name_place_and_family(web: Web) -> None:
    web.put(HOME, page(("/yw/", "要闻"), ("/zwgk/", "政务公开"), head=HEAD))
    web.put(f"{HOME}zwgk/", page(("/zwgk/zfxxgk/", "政府信息公开"), ("/zwgk/cw/", "财政决算")))
    web.put(f"{HOME}zwgk/zfxxgk/", page(("zfxxgkzn/", "指南"), ("zfxxgknb/", "政府信息公开年报")))
    column(web, NB, 2022, 2021)
    entry = discover()
    assert site_from_entry(entry, "found").county == "环翠区"
    assert entry == {
        "host": HOST,
        "name": "环翠区人民政府",
        "province": "山东省",
        "city": "威海市",
        "county": "环翠区",
        "cms": "trs",
        "verified": False,
        "columns": [{"url": NB}],
    }
    assert f"{HOME}zwgk/cw/" not in web.asked and f"{HOME}yw/" not in web.asked
    assert f"{HOME}robots.txt" in web.asked


def test_stub_home_and_site_map(web: Web) -> None:
    web.put(HOME, '<html><meta http-equiv="refresh" content="0;url=/x/index.html"></html>')
    web.put(f"{HOME}x/index.html", page(("/map.html", "网站地图")))
    web.put(f"{HOME}map.html", page(("/x/gg/", "公告"), ("/x/nb/", "历年年报")))
    column(web, f"{HOME}x/nb/", 2022)
    assert found(discover()) == [f"{HOME}x/nb/"]


def test_one_entry_for_a_column_with_years_or_organs_below(web: Web) -> None:
    web.put(HOME, page(("/zwgk/zfxxgk/zfxxgknb/", "政府信息公开年报")))
    web.put(NB, page(("2022n/", "2022年"), ("2021n/", "2021年"), ("bm/", "部门年报")))
    for name, year in (("2022n", 2022), ("2021n", 2021), ("bm", 2022)):
        column(web, f"{NB}{name}/", year)
    assert found(discover()) == [NB]


def test_several_columns_side_by_side(web: Web) -> None:
    web.put(HOME, page(("/gk/", "信息公开")))
    web.put(f"{HOME}gk/", page(("/gk/zf/", "政府年报"), ("/gk/bm/", "部门年报")))
    column(web, f"{HOME}gk/zf/", 2022)
    column(web, f"{HOME}gk/bm/", 2022, 2021)
    assert sorted(found(discover())) == [f"{HOME}gk/bm/", f"{HOME}gk/zf/"]


def test_report_on_the_home_page_shows_its_column(web: Web) -> None:
    web.put(HOME, page((f"{NB}202301/t20230110_1.html", title(2022)), ("/yw/1.html", "要闻")))
    column(web, NB, 2022, 2021)
    assert found(discover()) == [NB]


def test_search_form_is_asked_when_nothing_leads_there(web: Web) -> None:
    form = (
        '<form action="/search"><input type="hidden" name="site" value="7"><input name="q"></form>'
    )
    web.put(HOME, page(("/yw/", "要闻"), tail=form))
    hits = page((f"{HOME}q/zfxxgknb/202301/t20230110_1.html", title(2022)))
    web.pages[f"{HOME}search"] = lambda query: Answer(hits if query["site"] == "7" else "")
    column(web, f"{HOME}q/zfxxgknb/", 2022)
    assert found(discover()) == [f"{HOME}q/zfxxgknb/"]
    assert search_address("<form method=post action=/s><input name=q></form>", HOME) is None
    assert search_address("<form action=http://b.gov.cn/s><input name=q></form>", HOME) is None


def test_usual_addresses_are_tried_last_and_nothing_is_an_error(web: Web) -> None:
    web.put(HOME, page(("/yw/", "要闻")))
    column(web, f"{HOME}zfxxgknb/", 2022)
    assert found(discover()) == [f"{HOME}zfxxgknb/"]
    web.pages.pop(f"{HOME}zfxxgknb/")
    with pytest.raises(DiscoveryError, match="no annual-report column"):
        discover()
    with pytest.raises(DiscoveryError, match="no annual-report column"):
        discover("http://127.0.0.1/")


def test_guards_and_robots_hold_for_the_search_too(web: Web) -> None:
    web.put(HOME, page(("/zwgk/", "政务公开"), ("http://10.0.0.1/nb/", "政府信息公开年报")))
    web.put(f"{HOME}robots.txt", "User-agent: *\nDisallow: /zwgk/\n", type="text/plain")
    column(web, f"{HOME}zwgk/", 2022)
    with pytest.raises(DiscoveryError):
        discover()
    assert f"{HOME}zwgk/" not in web.asked
    assert not [url for url in web.asked if "10.0.0.1" in url]


def test_entry_without_columns_or_family_is_completed_by_the_crawl(
    web: Web, crawls: Crawls
) -> None:
    web.put(HOME, page(("/zwgk/zfxxgk/zfxxgknb/", "政府信息公开年报")))
    column(web, NB, 2022, 2021)
    bare = Site(HOST, HOST, PROVINCE)
    report = crawls.run(bare, years=(2021, 2022))
    assert report.finish_reason == "finished", report
    assert report.sites[HOST].fetched == 2
    assert report.notes == [f"{HOST}: family trs, columns {NB}"]
    listed = site_from_entry({**bare.to_entry(), "columns": [{"url": NB}]}, "x")
    assert crawls.run(listed, years=(2022,)).notes == [f"{HOST}: family trs, columns {NB}"]


def test_entry_that_cannot_be_completed_is_an_error_of_its_site(web: Web, crawls: Crawls) -> None:
    web.put(HOME, page(("/yw/", "要闻")))
    report = crawls.run(Site(HOST, HOST, PROVINCE))
    assert not report.sites[HOST].finished
    assert "no annual-report column" in report.sites[HOST].errors[0]


# One of every way in which a column may be hidden from one who starts at the home page.
HIDDEN = {
    "families": ["xxgk-annual", "gkmlpt.", "gkmlpt-jump", "search-igs"],
    "shapes": ["jy.bodavsb"],
}
EVERY: dict[str, list[str]] = {"small": [], "families": [], "shapes": []}


def columns_differ(world: str, hosts: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sites of a world whose entries are not found as the world has them."""
    for variable in [n for n in os.environ if n.lower().endswith("_proxy")]:
        monkeypatch.delenv(variable)
    differ = []
    with running_replica(load_world(world)) as replica:
        monkeypatch.setenv("http_proxy", replica.proxy_url)
        for wanted in replica.world.sites():
            host = wanted["host"]
            played = replica.world.sites_by_host[host]
            blocked = played.spec.quirks.get("challenge")
            if blocked or (hosts and not any(host.startswith(h) for h in hosts)):
                continue
            entry = discover(f"http://{host}/")
            columns = [c["url"] for c in wanted.get("columns", [])]
            expected = set(columns or [played.base + c.path for c in played.columns])
            same = (set(found(entry)), entry["cms"]) == (expected, wanted["cms"])
            if not same or entry.get("search") != wanted.get("search"):
                differ.append(f"{host}: {entry}")
    return differ


@pytest.mark.parametrize(("world", "hosts"), HIDDEN.items())
def test_columns_of_replica_sites_are_found(
    world: str, hosts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not columns_differ(world, hosts, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize(("world", "hosts"), EVERY.items())
def test_columns_of_every_replica_site_are_found(
    world: str, hosts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but the list that a script draws from a file: it is read, but by the generic spider."""
    differ = columns_differ(world, hosts, monkeypatch)
    assert [d for d in differ if not d.startswith("trs-json.")] == []


def test_the_head_of_the_home_page_tells_a_family_that_pages_do_not(web: Web) -> None:
    cookie = {"Set-Cookie": "_trs_uv=kx1_1; path=/"}
    web.put(HOME, page(("/zfxxgk/nb/", "政府信息公开年报"), head=HEAD), headers=cookie)
    rows = [(f"a{y}.html", title(y), f"{y + 1}-01-10") for y in (2022, 2021)]
    web.put(f"{HOME}zfxxgk/nb/", listing(rows))
    assert discover()["cms"] == "trs"
