"""HTML bytes to a checked report, beside ``pandas.read_html`` on the same bytes."""

from __future__ import annotations

import io
import re
import sys

import pandas as pd

from pipelines.reports.read import read_report
from tests.benchmarks.timing import Figure, compare
from tests.documents import truth

_REPORTS = 12
_PAGE = 62_000  # bytes
_LINK = '<li><a href="/zwgk/zfxxgknb/{0}.html" target="_blank">栏目 {0}</a></li>\n'
_SCRIPT = "function toggle(e){document.getElementById(e).className='on';}\n"
_STYLE = ".nav li a{color:#333;padding:0 5px;text-decoration:none}\n"


_LIGHT = " cleaned"
_SPACING = re.compile(r"(?:mso-[\w-]+|font-family|padding):[^;\"']*;?\s*")


def pages(layout: str, size: int = 0) -> list[bytes]:
    """Pages of different reports.

    Args:
        layout: the mark-up of the body; Word's also with fewer styles, as an editor leaves it.
        size: bytes up to which the page around it grows: a menu of 200 links, the rest inline
            scripts and style sheets, as portals have them.
    """
    made = []
    for report in truth.picked(_REPORTS):
        body = truth.body(report, layout.removesuffix(_LIGHT))
        page = truth.page(report, _SPACING.sub("", body) if layout.endswith(_LIGHT) else body)
        if size:
            links = "".join(map(_LINK.format, range(200)))
            page = page.replace("<body>", f"<body><div class='top'><ul>{links}</ul></div>")
            missing = (size - len(page.encode())) // (len(_SCRIPT) + len(_STYLE))
            head = f"<script>{_SCRIPT * missing}</script><style>{_STYLE * missing}</style>"
            page = page.replace("</head>", f"{head}</head>")
        made.append(page.encode())
    return made


def _ours(page: bytes) -> None:
    if read_report(page, "page.html").status != "complete":
        raise AssertionError("the report was not read")


def _pandas(page: bytes) -> None:
    pd.read_html(io.BytesIO(page), encoding="utf-8")


def figures() -> list[Figure]:
    """All figures of this benchmark."""
    kinds = (("editor", 0), ("editor", _PAGE), ("word" + _LIGHT, 0), ("word", 0))
    found = []
    for layout, size in kinds:
        made = pages(layout, size)
        mean = sum(map(len, made)) // len(made) // 1000
        work = f"HTML to checked report, {layout} page of {mean} KB"
        found.append(compare(work, _ours, "pandas.read_html", _pandas, made, 1.0))
    return found


if __name__ == "__main__":
    sys.stdout.writelines(f"{figure}\n" for figure in figures())
