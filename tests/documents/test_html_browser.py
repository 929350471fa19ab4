"""What a page hides, by rules, styles and colours drawn at random: the same as Chromium hides."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from random import Random

import pytest

from pipelines.documents.html import read_html
from tests.documents.pdf_corpus import CHROMIUM

BROWSER = [p for p in [CHROMIUM] if p]
LOOKS = """
color:#fff|color:white|color:red|color:#000|color:inherit|color:#FEFEFE|color:hsl(0,0%,100%)
color:rgba(255,255,255,1)|color:rgb(0 0 0 / 0)|COLOR : #FFF|color:#fff;color:#000
background:#fff|background:#036|background-color:transparent|background:#036 url(x.png) no-repeat
background:linear-gradient(#036,#036)|display:none|display:inline|display:inline-block|display:block
display : none|display:none;display:inline|visibility:hidden|visibility:visible|opacity:0|opacity:1
opacity:.5|opacity:0.0|font-size:0|font-size:12px|position:absolute;left:-9999px
text-indent:-9999px|height:0;overflow:hidden|width:0;overflow:hidden;display:inline-block
max-height:0;overflow:hidden;display:block|line-height:0|border-width:0|margin-left:-10px|z-index:-1
text-decoration:line-through|text-decoration:underline|clip-path:inset(100%)
"""
DRAWN = [look for line in LOOKS.split("\n") for look in line.split("|") if look]
SELECTORS = (
    *(".c{0}", "span.c{0}", "td .c{0}", "td > .c{0}", "table td .c{0}", ".c{0}, .z", "*.c{0}"),
    "[class=c{0}]",
)
AROUND = ("{0}", "{0}", "/*{0}*/", "@media print{{{0}}}", "@media screen{{{0}}}")
CELLS = ("", "", "", ' bgcolor="#003366"', ' style="background:#036"', ' style="color:#fff"')
_SCRIPT = """<script>
function ground(e) {
  for (; e; e = e.parentElement) {
    const s = getComputedStyle(e), c = s.backgroundColor.match(/[\\d.]+/g).map(Number);
    if (s.backgroundImage != 'none') return null;
    if (c.length < 4 || c[3] > 0) return c.slice(0, 3);
  }
  return [255, 255, 255];
}
function shown(e) {
  const range = document.createRange(), s = getComputedStyle(e);
  range.selectNodeContents(e);
  const box = range.getBoundingClientRect();
  if (!e.checkVisibility({opacityProperty: true, visibilityProperty: true})) return false;
  if (box.width < 1 || box.height < 1 || box.right < 0 || box.bottom < 0) return false;
  for (let p = e; p.tagName != 'TD'; p = p.parentElement) {
    const z = getComputedStyle(p), r = p.getBoundingClientRect();
    const cut = z.overflow != 'visible' && z.display != 'inline';
    if (cut && (r.width < 1 || r.height < 1)) return false;
    if (z.clipPath != 'none' || z.textDecorationLine.includes('line-through')) return false;
  }
  const c = s.color.match(/[\\d.]+/g).map(Number), g = ground(e);
  if (c.length > 3 && c[3] == 0) return false;
  return !(g && c.slice(0, 3).every((x, i) => Math.abs(x - g[i]) <= 24));
}
const found = [...document.querySelectorAll('td + td')].map(
  td => [...td.querySelectorAll('[data-digit]')].filter(shown).map(e => e.textContent).join(''));
const out = document.createElement('pre');
out.id = 'out';
out.textContent = JSON.stringify(found);
document.body.appendChild(out);
</script>"""


def _page(rng: Random) -> str:
    rules = []
    for n in range(12):
        selector, look = rng.choice(SELECTORS).format(n), rng.choice(DRAWN)
        look += rng.choice(("", "", "", " !important"))
        rules.append(rng.choice(AROUND).format(f"{selector}{{{look}}}"))
        rules += [f".c{n}{{{rng.choice(DRAWN)}}}"] if rng.random() < 0.4 else []
    rows = []
    for n in range(40):
        own = f' style="{rng.choice(DRAWN)}"' if rng.random() < 0.5 else ""
        name = f' class="c{rng.randrange(12)}"' if rng.random() < 0.7 else ""
        digit = f"<span{name}{own} data-digit>9</span>"
        if rng.random() < 0.2:
            digit = f'<b style="{rng.choice(DRAWN)}">{digit}</b>'
        first = f"<td{rng.choice(CELLS)}><i data-digit>5</i>{digit}</td>"
        rows.append(f"<tr><td>row {n}</td>{first}</tr>")
    css = "\n".join(rules)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{css}</style></head>'
        f"<body><table>{''.join(rows)}</table></body></html>"
    )


@pytest.mark.long
@pytest.mark.parametrize("program", BROWSER)
def test_hidden_digits_are_those_that_a_browser_hides(program: str, tmp_path: Path) -> None:
    for seed in range(25):
        page = _page(Random(seed))
        path = tmp_path / "page.html"
        path.write_text(page.replace("</body>", f"{_SCRIPT}</body>"), encoding="utf-8")
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
        command += [f"--user-data-dir={tmp_path / 'profile'}", path.as_uri()]
        dump = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        out = re.search(r'<pre id="out">(.*?)</pre>', dump.stdout, re.S)
        assert out is not None
        rows = read_html(page.encode()).tables[0].rows
        for cells, shown in zip(rows, json.loads(html.unescape(out.group(1))), strict=True):
            read = cells[1].text if cells[1] else ""
            # A cell in which nothing can be told from its ground is not read, but flagged.
            assert read == shown or read == "\ufffc", (seed, cells[0], read, shown)
