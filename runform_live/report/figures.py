"""The plots of a report, as SVG text."""

from __future__ import annotations

import io
from typing import Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

from runform_live import quantities
from runform_live.messages import Stance
from runform_live.texts import Texts

COLOURS = {"left": "#0072B2", "right": "#D55E00"}
MARKS = {"left": "o", "right": "s"}
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
    return _svg(figure)


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
    return _svg(figure)


def _svg(figure: Any) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg")
    plt.close(figure)
    text = out.getvalue()
    return text[text.index("<svg") :]
