"""The registry: what it accepts, and how it says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from crawler.job import CrawlJob
from crawler.recognise import family_names
from crawler.registry import (
    RegistryError,
    check_sites,
    load_sites,
    site_from_entry,
    spider_names,
)
from tests.crawler.conftest import NOW, PROVINCE, site
from warehouse.facts.divisions import PROVINCES

GOOD = {"host": "www.a.gov.cn", "name": "某区人民政府", "province": "山东省", "cms": "trs"}


def test_bundled_registry_is_valid_and_sorted_into_its_provinces() -> None:
    sites = load_sites()
    assert len(sites) >= 10
    assert {s.cms for s in sites if s.cms} <= family_names()
    assert spider_names() <= family_names()
    assert {s.province for s in sites} <= set(PROVINCES)
    for entry in sites:
        assert all(entry.host in column.url for column in entry.columns)
    folder = Path(__file__).resolve().parents[2] / "crawler" / "sites"
    for file in folder.glob("*.yaml"):
        provinces = {e["province"] for e in yaml.safe_load(file.read_text(encoding="utf-8"))}
        assert provinces == {file.stem}, "one file a province, named like it"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"province": "山东"}, "unknown province '山东'"),
        ({"cms": "hanwebb"}, "no spider is named 'hanwebb'"),
        ({"cms": "base"}, "no spider is named 'base'"),
        ({"host": "http://www.a.gov.cn/"}, "bare lower-case host"),
        ({"host": "WWW.a.gov.cn"}, "bare lower-case host"),
        ({"host": "127.0.0.1:8080"}, "not a public name"),
        ({"host": ""}, "host is missing"),
        ({"name": None}, "name is missing"),
        ({"name": 5}, "name must be text"),
        ({"colums": []}, "unknown key colums"),
        ({"columns": "http://www.a.gov.cn/"}, "columns must be a list"),
        ({"columns": [{"organ": "x"}]}, "each column needs a url"),
        ({"columns": [{"url": "/nb/"}]}, "not an http address"),
        ({"columns": [{"url": "http://a.gov.cn/", "organn": "x"}]}, "unknown key organn"),
        ({"columns": [{"url": "http://a.gov.cn/"}, {"url": "http://a.gov.cn/"}]}, "twice"),
        ({"expect": 12}, "expect must be {min: a whole number}"),
        ({"expect": {"min": "many"}}, "expect must be {min: a whole number}"),
        ({"expect": {"min": 3, "max": 4}}, "expect must be {min: a whole number}"),
        ({"tls": "none"}, "tls must be one of legacy, insecure"),
        ({"verified": "yes"}, "verified must be true or false"),
    ],
)
def test_errors_name_file_entry_and_fault(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(yaml.safe_dump([GOOD, {**GOOD, "host": "www.b.gov.cn", **change}]), "utf-8")
    with pytest.raises(RegistryError) as caught:
        load_sites(file)
    assert words in str(caught.value) and "x.yaml, entry 2" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [("[a", "not valid YAML"), ("a: 1", "a list of entries"), ("- 5", "must be a mapping")],
)
def test_files_that_are_no_registry(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "y.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match=words):
        load_sites(tmp_path)


def test_duplicates_empty_and_missing(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="no registry files"):
        load_sites(tmp_path)
    with pytest.raises(RegistryError, match="cannot be read"):
        load_sites(tmp_path / "none.yaml")
    (tmp_path / "a.yaml").write_text(yaml.safe_dump([GOOD]), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(yaml.safe_dump([GOOD]), encoding="utf-8")
    with pytest.raises(
        RegistryError, match=r"b\.yaml, entry 1: www\.a\.gov\.cn is listed .* a\.yaml"
    ):
        load_sites(tmp_path)
    (tmp_path / "b.yaml").write_text("", encoding="utf-8")
    assert [s.host for s in load_sites(tmp_path)] == ["www.a.gov.cn"]


def test_entry_and_order_survive_writing() -> None:
    entry = GOOD | {
        "city": "威海市",
        "columns": [
            {"url": "http://www.a.gov.cn/nb/", "organ": "某局"},
            {"url": "http://www.a.gov.cn/x/"},
        ],
        "expect": {"min": 12},
        "tls": "legacy",
    }
    read = site_from_entry(entry, "test")
    assert site_from_entry(read.to_entry(), "again") == read
    job = CrawlJob(
        Path("a"), PROVINCE, (2022,), (read, site("www.b.gov.cn")), 1.0, "r", Path("r.json"), NOW
    )
    assert CrawlJob.from_json(job.to_json()) == job


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"city": "威海市", "county": "环翠区"}, None),
        ({"host": "1.25.240.11:8082"}, None),
        ({"province": "新疆生产建设兵团", "city": "第八师"}, None),
        ({"host": "www.a.org.cn"}, "neither under gov.cn nor a reviewed exception"),
        ({"host": "www.agov.cn"}, "neither under gov.cn"),
        ({"host": "8.8.8.8"}, "neither under gov.cn"),
        ({"columns": [{"url": "http://www.a.com/nb/"}]}, "on a host that is not reviewed"),
        ({"city": "威海市", "county": "西湖区"}, "no place 威海市 西湖区 is known in 山东省"),
        ({"city": "杭州市"}, "no place 杭州市"),
    ],
)
def test_hosts_and_places_are_checked(change: dict[str, object], words: str | None) -> None:
    faults = check_sites([site_from_entry(GOOD | change, "test")])
    assert [words in fault for fault in faults] == ([True] if words else [])
