"""What the crawl knows of a document and tells the reader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.documents import PromisedDocument
from pipelines.parsing import context_of

TITLE = "某县教育局2023年政府信息公开工作年度报告"
FILE = PromisedDocument(
    url="http://www.a.gov.cn/1/f.pdf",
    site="www.a.gov.cn",
    year=2023,
    title="",
    date=None,
    role="attachment",
    parent="http://www.a.gov.cn/1.html",
    list_url=None,
)


@pytest.mark.parametrize(
    ("own", "parent", "expected"),
    [
        ("", TITLE, TITLE),
        ("附件", TITLE, TITLE),
        (TITLE, "某县2023年年报汇总", TITLE),
        ("附件", None, "附件"),
        ("", None, None),
    ],
)
def test_a_file_is_named_by_its_link_or_by_its_article(
    own: str, parent: str | None, expected: str | None
) -> None:
    assert context_of(replace(FILE, title=own), None, parent).list_title == expected
