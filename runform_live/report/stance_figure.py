"""The mean curves of a report over the stance, as SVG text (see `figure_sheet`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from runform_live import quantities
from runform_live.report.curves import PERCENT, StanceCurves
from runform_live.report.figure_sheet import (
    COLOURS,
    GREY,
    LINES,
    MARKS,
    as_svg,
    legend_above,
    new_axes,
    new_figure,
    side_band,
)
from runform_live.texts import Texts

MARK_EVERY = 10  # points of a curve


def stance_curve(found: StanceCurves, metrics: Sequence[str], said: Texts) -> str:
    """The mean curves of both sides over the stance, with one SD of the stances around them; a panel a metric, three at most."""
    figure = new_figure(75.0)
    panels = new_axes(figure, len(metrics))
    for axes, metric in zip(panels, metrics, strict=True):
        for side, curve in found.means.get(metric, {}).items():
            label = said("report.figure.curve", side=said(f"report.{side}"), count=curve.count)
            axes.plot(PERCENT, curve.mean, LINES[side], color=COLOURS[side], lw=1.8, marker=MARKS[side], ms=4,
                      markevery=(0 if side == "left" else MARK_EVERY // 2, MARK_EVERY), label=label)  # fmt: skip
            if curve.count > 1:
                side_band(
                    axes, PERCENT.tolist(), (curve.mean - curve.sd).tolist(), (curve.mean + curve.sd).tolist(), side
                )
        _stance_axes(axes, found.midstance_percent, metric, len(metrics) == 1, said)
    panels[0].set_ylabel(said("report.figure.angle"))
    legend_above(figure, panels[0])
    return as_svg(figure, " ".join(_curve_words(found, metric, said) for metric in metrics))


def _stance_axes(axes: Any, midstance_percent: float, metric: str, wide: bool, said: Texts) -> None:
    axes.axhline(0, color=GREY, lw=0.8)
    if math.isfinite(midstance_percent):
        axes.axvline(midstance_percent, color=GREY, lw=1.0, ls=":", label=said("report.figure.midstance"))
    axes.set_xlim(0, 100)
    ticks = (0, 25, 50, 75, 100)
    ends = {0: said("report.figure.contact"), 100: said("report.figure.toe_off")} if wide else {}
    axes.set_xticks(ticks, [f"{tick}\n{ends.get(tick, ' ')}" if wide else str(tick) for tick in ticks])
    if wide:  # the words stay within the axes
        labels = axes.get_xticklabels()
        labels[0].set_ha("left")
        labels[-1].set_ha("right")
    axes.set_xlabel(said("report.figure.stance_axis"))
    axes.set_title(said(f"report.figure.{metric}"))
    axes.grid(alpha=0.3)


def _curve_words(found: StanceCurves, metric: str, said: Texts) -> str:
    """Where each side begins, is highest, and ends. What it is at midstance, other figures tell."""
    parts = []
    for side, curve in found.means.get(metric, {}).items():
        top = int(curve.mean.argmax())
        first, highest, last = (
            quantities.number(metric, float(curve.mean[place]), said=said) for place in (0, top, -1)
        )
        parts.append(
            said(
                "report.figure.curve_alt_side",
                side=said(f"report.{side}"),
                first=first,
                highest=highest,
                percent=PERCENT[top],
                last=last,
            )
        )
    name = said(f"report.figure.{metric}")
    return said("report.figure.curve_alt", name=name, sides="; ".join(parts) or said("report.figure.unknown"))
