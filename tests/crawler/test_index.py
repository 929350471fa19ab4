"""The index of a manifest says what adding all its lines up says, whatever it still holds."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from crawler import index as index_module
from crawler.addresses import canonical
from crawler.documents import BY_HAND, fold
from crawler.index import Index
from crawler.manifest import Line, Manifest, manifest_path, read_lines
from tests.crawler.conftest import PROVINCE

SITES = ("www.a.gov.cn", "b.gov.cn")
ADDRESSES = [
    f"{scheme}://{site}/{path}"
    for site in SITES
    for path in ("1.html", "2.html;jsessionid=9", "nb/index.html", "nb/")
    for scheme in ("http", "https")
]


def made_line(dice: random.Random, number: int, articles: list[str]) -> Line:
    kind = dice.choice(["promise"] * 3 + ["fetch"] * 3 + ["outcome", "sighting", "list", "pass"])
    url, site = dice.choice(ADDRESSES), dice.choice(SITES)
    line: Line = {
        "kind": kind,
        "run": f"r{number // 40}",
        "at": f"2026-01-01T00:00:{number:04}",
        "site": site,
        "url": url,
    }
    if kind == "pass":
        return line | {"years": dice.sample([2019, 2020, 2021], 2)}
    line |= {"role": "article", "parent": None, "year": dice.choice([None, 2020, 2021])}
    line |= {"title": f"t{dice.randrange(3)}", "date": None}
    if articles and dice.random() < 0.3:
        line |= {"role": "attachment", "parent": dice.choice(articles)}
    elif kind == "promise":
        articles.append(url)
    if kind == "promise":
        return line | {
            "list_url": f"http://{site}/",
            "road": dice.choice(["column", BY_HAND, None]),
        }
    if kind == "outcome":
        return line | {"outcome": "failed", "reason": f"because of {number}"}
    if kind == "sighting":
        return line | {"road": dice.choice(["year", "search"])}
    if kind == "list":
        line |= {"kind": "fetch", "role": "list", "parent": None}
        line |= {"form": dice.choice([None, "p=2"])}
    record = {"warc": "x.warc.gz", "offset": number * 10, "length": 10, "bytes": 3}
    sha256 = f"{dice.randrange(12):064}"
    return line | record | {"sha256": sha256, "media_type": "text/html", "unchanged": False}


@pytest.mark.parametrize("most_held", [1, 2048])
@pytest.mark.parametrize("seed", range(12))
def test_index_says_what_the_whole_manifest_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, most_held: int
) -> None:
    monkeypatch.setattr(index_module, "_MOST_HELD", most_held)
    monkeypatch.setattr("crawler.manifest.trim_torn_tail", lambda path, end: 0)
    monkeypatch.setattr("crawler.manifest._is_whole", lambda path, offset, length: True)
    dice = random.Random(seed)
    articles: list[str] = []
    lines = [made_line(dice, number, articles) for number in range(200)]
    old = Manifest(tmp_path, PROVINCE, "r0")
    old.append(lines[:100])
    old.close()
    index = Index()
    manifest = Manifest(tmp_path, PROVINCE, "r3", index.take)
    index.read = manifest.line
    for line in lines[100:]:
        if dice.random() < 0.5:
            index.document(dice.choice(ADDRESSES))
        (span,) = manifest.append([line])
        index.take(span, line)
    claimed = {url for url in ADDRESSES if dice.random() < 0.5 and index.claim(url)}
    whole = fold(read_lines(manifest_path(tmp_path, PROVINCE)))

    assert index.passes == whole.passes
    assert not any(index.claim(url) for url in claimed)
    for url in ADDRESSES:
        assert index.document(url) == whole.document(url)
        known = whole.document(url)
        attached = whole.attachments.get(known.url, []) if known else []
        if known:
            assert index.attachments(url) == attached
        for form in (None, "p=2"):
            key = url if form is None else f"{url} {form}"
            assert index.list_page(url, form) == whole.lists.get(key)
    keys = {canonical(url) for url in claimed}
    every = whole.documents.values()
    for site in SITES:
        articles = [d for d in every if d.site == site and d.role == "article" and d.year]
        assert index.listed(site) == Counter(d.year for d in articles if canonical(d.url) in keys)
        in_hand = Counter(d.year for d in articles if d.sha256 and not d.by_hand)
        assert index.articles_in_hand().get(site, {}) == in_hand
        waiting = [d for d in every if d.site == site and d.outcome == "promised"]
        assert index.unended(site) == waiting
    for document in every:
        if document.sha256 is not None:
            found = index.original(document.sha256)
            assert found is not None and found.sha256 == document.sha256
    assert index.original("none") is None
    manifest.close()
    index.close()


def test_address_that_is_no_text_is_kept_apart_all_the_same(tmp_path: Path) -> None:
    index = Index()
    manifest = Manifest(tmp_path, PROVINCE, "r0", index.take)
    index.read = manifest.line
    line = made_line(random.Random(1), 0, []) | {"url": "http://b.gov.cn/\ud800", "kind": "promise"}
    line |= {"role": "article", "parent": None, "year": 2020, "title": "", "date": None}
    index.take(manifest.append([line])[0], line)
    assert index.document("http://b.gov.cn/\ud800") and not index.document("http://b.gov.cn/?")
    manifest.close()
