"""The plots of a report, as SVG text."""

from __future__ import annotations

import html
import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

from runform_live import quantities
from runform_live.messages import Side, Stance
from runform_live.report.rolling import Bout
from runform_live.texts import Texts

COLOURS = {"left": "#0072B2", "right": "#D55E00"}
MARKS = {"left": "o", "right": "s"}
LINES = {"left": "-", "right": "--"}
LEAST_CHANGE = 1.0  # that the plot of changes reaches up and down, so that noise does not fill it
Spans = Sequence[tuple[float, float]]
METRICS = ("pelvic_drop_mid_deg", "hip_adduction_mid_deg", "knee_valgus_mid_deg", "trunk_lean_mid_deg")


def over_time(stances: list[Stance], metric: str, target: tuple[float | None, float | None], said: Texts) -> str:
    """One metric of every stance over the session, with the target band."""
    figure, axes = plt.subplots(figsize=(8, 2.6), layout="constrained")
    low, high = target
    if low is not None or high is not None:
        bottom, top = axes.get_ylim()
        axes.axhspan(
            low if low is not None else -90,
            high if high is not None else 90,
            color="#dfe8e2",
            label=said("report.target"),
        )
        axes.set_ylim(bottom, top)
    values: list[float] = []
    for side, colour in COLOURS.items():
        mine = [
            (s.midstance_s, getattr(s, metric)) for s in stances if s.side == side and getattr(s, metric) is not None
        ]
        values += [value for _, value in mine]
        axes.plot(
            [t for t, _ in mine], [v for _, v in mine], MARKS[side], ms=4, color=colour, label=said(f"report.{side}")
        )
    if values:
        axes.set_ylim(min([*values, 0.0]) - 2, max([*values, high or 0.0]) + 2)
    axes.set_xlabel(said("report.time_axis"))
    axes.set_ylabel(said("live.axis", name=quantities.name(metric, said)), fontsize=8)
    axes.legend(loc="upper right", fontsize=8, ncols=3)
    axes.grid(alpha=0.3)
    return as_svg(figure, f"{said('report.over_time')}: {quantities.name(metric, said)}")


def changes(
    lines: Mapping[Side, Sequence[Bout]],
    first_s: Spans,
    feedback_s: Spans,
    end_s: float,
    metric: str,
    words: str,
    said: Texts,
) -> str:
    """How far each side's rolling mean is from the first part, with the 95% interval of a change.

    lines: by side. first_s, feedback_s: when the first part and the blocks with feedback were. end_s: of the run. words: what the plot shows, for those
    who do not see it.
    """
    figure, axes = plt.subplots(figsize=(8, 3.0), layout="constrained")
    _spans(axes, first_s, said("report.change.first_part"), facecolor="#e3e3e8", edgecolor="#8a8a94")
    _spans(
        axes, feedback_s, said("report.change.with_feedback"), facecolor="#dfe8e2a0", edgecolor="#a9bdb0", hatch="///"
    )
    axes.axhline(0, color="#555555", lw=0.8)
    reach = LEAST_CHANGE
    for side, bouts in lines.items():
        for number, bout in enumerate(bouts):
            minutes = [at_s / 60 for at_s in bout.times_s]
            low = [value - half for value, half in zip(bout.values, bout.halves, strict=True)]
            high = [value + half for value, half in zip(bout.values, bout.halves, strict=True)]
            axes.fill_between(minutes, low, high, color=COLOURS[side], alpha=0.2, lw=0)
            axes.plot(minutes, bout.values, LINES[side], color=COLOURS[side], lw=1.8,
                      label=said(f"report.{side}") if number == 0 else None)  # fmt: skip
            reach = max([reach, *(abs(value) for each in (low, high, bout.values) for value in each if value == value)])
    axes.set_ylim(-1.1 * reach, 1.1 * reach)
    axes.set_xlim(0, end_s / 60)
    axes.set_xlabel(said("report.change.time_axis"))
    axes.set_ylabel(said("report.change.axis", name=quantities.name(metric, said)), fontsize=8)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside upper right", fontsize=8, ncols=4)
    return as_svg(figure, said("report.change.alt", name=quantities.name(metric, said), sentence=words))


def _spans(axes: Any, spans_s: Spans, label: str, **look: Any) -> None:
    """Parts of the run, shaded over the whole height."""
    if spans_s:
        wide = [(from_s / 60, (until_s - from_s) / 60) for from_s, until_s in spans_s]
        axes.broken_barh(wide, (0, 1), transform=axes.get_xaxis_transform(), lw=0.6, label=label, **look)


def sides(summary_sides: dict[str, Any], said: Texts) -> str:
    """Means of both sides with their 95% intervals."""
    figure, axes = plt.subplots(figsize=(8, 2.6), layout="constrained")
    for number, metric in enumerate(METRICS):
        for shift, side in ((-0.12, "left"), (0.12, "right")):
            found = summary_sides[side][metric]
            if found.mean is None:
                continue
            error = None
            if found.ci95_low is not None:
                error = [[found.mean - found.ci95_low], [found.ci95_high - found.mean]]
            axes.errorbar(number + shift, found.mean, error, fmt=MARKS[side], color=COLOURS[side], capsize=4,
                          label=said(f"report.{side}") if number == 0 else None)  # fmt: skip
    axes.axhline(0, color="#888888", lw=0.8)
    axes.set_xticks(range(len(METRICS)), [quantities.name(m, said).split(",")[0] for m in METRICS])
    axes.set_ylabel("°")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8)
    axes.grid(alpha=0.3, axis="y")
    return as_svg(figure, said("report.sides"))


def as_svg(figure: Any, words: str) -> str:
    """The figure as an element of a page. words: what it shows, for those who do not see it."""
    out = io.StringIO()
    figure.savefig(out, format="svg")
    plt.close(figure)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    return text.replace("<svg", f'<svg role="img" aria-label="{html.escape(words)}"', 1)
