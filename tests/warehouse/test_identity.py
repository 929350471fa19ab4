"""One organ through its names, one place through its names: the same key, or another one."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
import yaml

from pipelines.reports.organs import Organ, identify
from pipelines.reports.region import Bounds, resolve_region
from warehouse.facts import organs, places


def organ_of(site: str, named: str) -> Organ:
    province, city, county = (None if word == "-" else word for word in site.split())
    name, _, year = named.strip().rpartition(" ")
    region = resolve_region(name, "", int(year), Bounds(province, city, county))
    found = region.province or province
    return identify(name, found, region.city, region.county, f"{site} {named}", region.code)


def cases(kind: str) -> list[tuple[str, list[str]]]:
    path = Path(__file__).with_name("organs.yaml")
    told = yaml.safe_load(path.read_text(encoding="utf-8"))[kind]
    return [(entry["site"], entry["names"]) for entry in told]


@pytest.mark.parametrize(("site", "names"), cases("same"))
def test_one_organ_keeps_its_key(site: str, names: list[str]) -> None:
    found = {named.strip(): organ_of(site, named) for named in names}
    assert len({o.organ_id for o in found.values()}) == 1, found
    assert len({(o.sector, o.level, o.kind) for o in found.values()}) == 1, found
    assert all(not o.findings for o in found.values())


@pytest.mark.parametrize(("site", "names"), cases("different"))
def test_other_organs_have_other_keys(site: str, names: list[str]) -> None:
    found = {named.strip(): organ_of(site, named) for named in names}
    assert len({o.organ_id for o in found.values()}) == len(names), found


def test_the_same_name_elsewhere_is_another_organ() -> None:
    names = ["教育局 2020", "卫生健康局 2020", "人民政府 2020", "城关镇人民政府 2020"]
    sites = ["山东省 威海市 环翠区", "山东省 威海市 -", "山东省 - -", "上海市 - 宝山区"]
    found = [organ_of(site, name).organ_id for site, name in itertools.product(sites, names)]
    assert len(set(found)) == len(found)


def test_keys_never_change() -> None:
    """Published keys: a change here breaks every citation of an organ."""
    assert organ_of("吉林省 白山市 浑江区", "浑江区卫生健康局 2023").organ_id == "a4137004f5683a24"
    assert organ_of("国务院部门 - -", "生态环境部 2020").organ_id == "8c5474eaaf0bace7"
    assert organ_of("湖北省 - 仙桃市", "沙湖镇人民政府 2020").line is None


@pytest.mark.parametrize(
    ("site", "named", "level", "kind"),
    [
        ("国务院部门 - -", "教育部 2024", "national", "department"),
        ("江苏省 - -", "江苏省公安厅 2023", "province", "department"),
        ("新疆维吾尔自治区 - -", "新疆维吾尔自治区人民政府 2020", "province", "government"),
        ("新疆生产建设兵团 - -", "第一师阿拉尔市民政局 2020", "city", "department"),
        ("甘肃省 临夏回族自治州 -", "临夏回族自治州公安局 2023", "city", "department"),
        ("内蒙古自治区 兴安盟 -", "兴安盟民政局 2022", "city", "department"),
        ("北京市 - 通州区", "北京市通州区中仓街道办事处 2025", "town", "government"),
        ("湖北省 - 天门市", "天门市公安局 2020", "county", "department"),
        ("四川省 遂宁市 -", "遂宁市公安局船山区分局 2023", "county", "department"),
        ("河北省 邢台市 -", "邢台高新技术产业开发区管理委员会 2023", "county", "government"),
        ("山东省 青岛市 -", "青岛西海岸新区统计局 2022", "county", "department"),
        ("云南省 临沧市 镇康县", "镇康县木场乡人民政府 2023", "town", "government"),
    ],
)
def test_level_and_kind(site: str, named: str, level: str, kind: str) -> None:
    found = organ_of(site, named)
    assert (found.level, found.kind) == (level, kind)


def rows_of(name: str) -> list[dict[str, str | None]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def test_places_of_organs_all_over_the_country() -> None:
    """Names written by hand: every kind of division, renames, short names, same-named ones."""
    wrong = []
    for row in rows_of("regions.csv"):
        bounds = Bounds(row["site_province"], row["site_city"], row["site_county"])
        found = resolve_region(row["organ"], row["text"] or "", int(row["year"] or 0), bounds)
        if (found.province, found.city, found.county) != (
            row["province"],
            row["city"],
            row["county"],
        ):
            wrong.append((row, found))
    assert not wrong


def test_sector_level_and_kind_of_many_organs() -> None:
    wrong = []
    for row in rows_of("organ_classes.csv"):
        found = organ_of(str(row["site"]), str(row["organ"]))
        if (found.sector, found.level, found.kind) != (row["sector"], row["level"], row["kind"]):
            wrong.append((row, found))
    assert not wrong


def test_a_part_of_an_organ_in_brackets_is_doubtful() -> None:
    site = "山东省 威海市 环翠区"
    found = organ_of(site, "威海市环翠区人民政府（办公室） 2020")
    assert [f.rule for f in found.findings] == ["organ_match_doubtful"]
    whole = {organ_of(site, f"环翠区人民政府{part} 2020").organ_id for part in ("", "办公室")}
    assert found.organ_id not in whole


def test_real_organs_have_their_level_and_kind() -> None:
    """Real pages, labelled by hand; of the site only province and city are told."""
    path = Path(__file__).parents[1] / "crawler" / "real_pages.csv"
    with path.open(encoding="utf-8", newline="") as file:
        pages = [row for row in csv.DictReader(file) if row["organ"] and row["report_year"]]
    assert len(pages) > 340
    alone = []
    for page in pages:
        site = f"{page['province']} {page['city'] or '-'} -"
        found = organ_of(site, f"{page['organ']} {page['report_year']}")
        who, _, level = page["level"].partition("_")
        kind = {"dept": "department", "gov": "government"}[who]
        if found.zone is None:  # which level a zone has is written nowhere
            assert (found.kind, found.level) == (kind, level), page["organ"]
        if found.rule == "own_name":
            alone.append(page["organ"])
    assert len(alone) < 8, alone


@pytest.mark.parametrize(
    ("name", "rule", "line"),
    [
        ("环翠区卫生建康局", "near_name", None),
        ("环翠区健康卫生局", "near_name", None),
        ("环翠区财政和审计局", "joint_name", "finance+audit"),
        ("环翠区卫生健康和市场监督管理局", "joint_name", "health+market"),
        ("环翠区科教局", "joint_name", "science+education"),
    ],
)
def test_doubt_is_a_finding_and_no_merger(name: str, rule: str, line: str | None) -> None:
    site = "山东省 威海市 环翠区"
    found = organ_of(site, f"{name} 2020")
    assert (found.rule, found.line) == (rule, line)
    assert [f.rule for f in found.findings] == ["organ_match_doubtful"]
    known = {
        organ_of(site, f"{n} 2020").organ_id for n in ("卫生健康局", "财政局", "审计局", "教育局")
    }
    assert found.organ_id not in known


def test_old_and_early_names_of_places_are_told() -> None:
    bounds = Bounds("吉林省", "白山市", "浑江区")
    for name, year, rules in (
        ("八道江区卫生局", 2009, []),
        ("八道江区卫生局", 2013, ["region_name_outdated"]),
        ("浑江区卫生局", 2008, ["region_name_early"]),
        ("浑江区卫生局", 2013, []),
    ):
        found = resolve_region(name, "", year, bounds)
        assert [f.rule for f in found.findings] == rules, (name, year)
        assert found.code == "220602"


def test_a_place_of_another_province_is_not_the_sites() -> None:
    found = resolve_region("朝阳镇人民政府", "", 2021, Bounds("江西省", "上饶市", "广丰区"))
    assert (found.province, found.county) == ("江西省", "广丰区")


# Place names that are one place, and such that one of them went into the other.
RENAMED = """
220602 八道江区 220602 浑江区
341521 寿县 340422 寿县
341422 无为县 340281 无为市
632121 平安县 630203 平安区
522401 毕节市 520502 七星关区
469003 儋州市 460400 儋州市
420600 襄樊市 420600 襄阳市
500222 綦江县 500110 綦江区
320602 崇川区 320613 崇川区
330621 绍兴县 330603 柯桥区
""".strip().splitlines()
MERGED = """
110103 崇文区 110101 东城区
500110 万盛区 500110 綦江区
130721 宣化县 130705 宣化区
341400 巢湖市 340100 合肥市
320611 港闸区 320613 崇川区
360105 湾里区 360112 新建区
371200 莱芜市 370100 济南市
""".strip().splitlines()


@pytest.mark.parametrize(
    ("line", "same"), [*((x, True) for x in RENAMED), *((x, False) for x in MERGED)]
)
def test_places_through_renames_and_mergers(line: str, same: bool) -> None:
    old_code, old, new_code, new = line.split()
    known = places.load()
    first = next(d for d in known if (d.code, d.name) == (old_code, old))
    second = [d for d in known if (d.code, d.name) == (new_code, new)][-1]
    assert (known.place_id(first) == known.place_id(second)) == same
    told = {(s.old.code, s.old.name): s for s in known.successions()}
    assert told[old_code, old].relation == ("renamed" if same else "merged")


def test_every_place_is_one_chain_of_names() -> None:
    known = places.load()
    by_place: dict[str, list[str]] = {}
    for row in known:
        by_place.setdefault(known.place_id(row), []).append(f"{row.code} {row.name}")
        latest = known.latest(row)
        assert known.place_id(latest) == known.place_id(row)
        assert row.valid_from is None or row.valid_to is None or row.valid_from <= row.valid_to
    for names in by_place.values():
        assert len(set(names)) == len(names)
        ends = [row for row in known.rows_of(names[0].split()[0]) if known.latest(row) == row]
        assert len(ends) <= 1, names
    assert len(by_place) == len({known.place_id(row) for row in known})


def test_every_ended_place_has_a_successor() -> None:
    known = places.load()
    told = {(s.old.code, s.old.name) for s in known.successions()}
    ended = {(row.code, row.name) for row in known if row.valid_to is not None}
    assert ended == told


def test_no_name_leads_to_two_lines() -> None:
    lines = organs.load()
    tables = (lines.names, lines.short)
    both = tables[0].keys() & tables[1].keys()
    assert {n for n in both if tables[0][n] != tables[1][n]} == set()
