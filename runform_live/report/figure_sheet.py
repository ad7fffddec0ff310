"""What all figures of a report share: their size, letters, colours and marks, and how they become SVG text.

A figure is drawn for the page's width of 170 mm, where no letter is smaller than 9 pt. Letters are outlines: a browser, a PDF writer and
a computer without our font then show the same. What a figure tells stands in its label for those who do not see it.

In a grey print left and right differ by line, mark and hatch.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from runform_live.messages import Side

WIDTH_MM = 170.0
MM_PER_INCH = 25.4
LETTERS_PT = 9.0  # of the smallest ones
MOST_COLUMNS = 4  # of a legend
LONGEST_LINE = 18  # characters of a name beside an axis
# Blue and orange differ for every kind of colour vision (Okabe and Ito 2008, Color Universal Design).
COLOURS: dict[Side, str] = {"left": "#0072B2", "right": "#D55E00"}
MARKS: dict[Side, str] = {"left": "o", "right": "s"}
LINES: dict[Side, str] = {"left": "-", "right": "--"}
HATCHES: dict[Side, str | None] = {"left": None, "right": "////"}
GREY, PALE = "#555555", "#e3e3e8"

# Nothing else in the program draws with matplotlib.
mpl.rcParams.update({
    "font.family": "DejaVu Sans",  # it comes with matplotlib
    "font.size": LETTERS_PT,
    "axes.labelsize": LETTERS_PT,
    "axes.titlesize": LETTERS_PT,
    "xtick.labelsize": LETTERS_PT,
    "ytick.labelsize": LETTERS_PT,
    "legend.fontsize": LETTERS_PT,
    "legend.frameon": False,
    "hatch.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "runform",  # the same figure is the same text every time
})  # fmt: skip
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_COORDINATES = re.compile(r' (?:d|x|y)="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_UNUSED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", re.DOTALL)
_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(href="#|url\(#)([^")]+)')


def new_figure(height_mm: float) -> Figure:
    """An empty figure of the page's width."""
    return Figure(figsize=(WIDTH_MM / MM_PER_INCH, height_mm / MM_PER_INCH), layout="constrained")


def new_axes(figure: Figure, columns: int = 1, **shared: Any) -> list[Any]:
    """Axes beside each other."""
    return list(figure.subplots(1, columns, squeeze=False, **shared)[0])


def legend_above(figure: Figure, axes: Any) -> None:
    """The legend of these axes, above all of them, in as many columns as have room; none where nothing is labelled."""
    handles, labels = axes.get_legend_handles_labels()
    for columns in range(min(MOST_COLUMNS, len(labels)), 0, -1):
        legend = figure.legend(handles, labels, loc="outside upper left", ncols=columns, columnspacing=1.4, handlelength=2.4)  # fmt: skip
        if columns == 1 or legend.get_window_extent().width <= figure.bbox.width:
            return
        legend.remove()


def in_two_lines(name: str) -> str:
    """A long name is broken before its bracket, or behind its comma."""
    if len(name) <= LONGEST_LINE:
        return name
    return name.replace(" (", "\n(", 1) if " (" in name else name.replace(", ", ",\n", 1)


def as_svg(figure: Figure, words: str) -> str:
    """The figure as an element of a page. words: what it shows, for those who do not see it.

    Several of them may stand on one page: no name and no style in it reaches beyond it.
    """
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata=NO_METADATA)
    text = out.getvalue()
    text = _UNUSED.sub("", text[text.index("<svg") :])
    text = text.replace("xlink:href=", "href=").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    text = _COORDINATES.sub(lambda found: _LONG_NUMBER.sub(_rounded, found[0]), text)
    text = "\n".join(line.strip() for line in _with_own_names(text).splitlines() if line.strip())
    head = f'<svg role="img" aria-label="{html.escape(words)}" stroke-linejoin="round" stroke-linecap="butt"'
    return text.replace("<svg", head, 1)


def alt_of(svg: str) -> str:
    """The words of a figure that `as_svg` made."""
    found = re.match(r'<svg role="img" aria-label="([^"]*)"', svg)
    return html.unescape(found[1]) if found else ""


def _rounded(number: re.Match[str]) -> str:
    """To a hundredth of a point."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _with_own_names(text: str) -> str:
    """Names that nothing refers to are taken out; the others get one that no other figure has."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    used = {name: f"f{digest}-{number}" for number, name in enumerate(dict.fromkeys(_used_names(text)))}
    text = _ID.sub(lambda found: f' id="{used[found[1]]}"' if found[1] in used else "", text)
    return _REFERENCE.sub(lambda found: found[1] + used[found[2]], text)


def _used_names(text: str) -> list[str]:
    return [name for _, name in _REFERENCE.findall(text)]


def side_band(axes: Any, across: Sequence[float], low: Sequence[float], high: Sequence[float], side: Side) -> None:
    """What lies around a side's line; that of the right one is hatched."""
    axes.fill_between(across, low, high, facecolor=COLOURS[side], alpha=0.18, lw=0)
    if HATCHES[side]:
        axes.fill_between(across, low, high, facecolor="none", edgecolor=COLOURS[side], hatch=HATCHES[side], alpha=0.45, lw=0)  # fmt: skip
