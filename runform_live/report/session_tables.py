"""The figures of a session as tables of a document. What stands in them is what summary.json holds, rounded for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runform_live import quantities
from runform_live.gait.body_size import IN_CM
from runform_live.gait.by_gait import of_gait
from runform_live.messages import SIDES
from runform_live.metrics import OF_GAIT
from runform_live.report import timing
from runform_live.report.document import Column, KeyFigure, KeyFigures, SideOf, Table
from runform_live.session.figures import MetricSummary, Summary, SymmetrySummary
from runform_live.session.reader import Session
from runform_live.texts import Texts

FIGURES = "figures"  # name of the table


def side_columns(said: Texts, weight: float = 1.0) -> tuple[Column, Column]:
    """The heads of the columns of left and right."""
    left, right = (Column(said(f"report.{side}"), "right", weight, side) for side in SIDES)
    return left, right


def figures(session: Session, said: Texts, name: str = FIGURES) -> Table:
    """Means of both legs and left minus right, with their 95% intervals; of how many stances; and Robinson's symmetry index.

    Centimetres stand there where they are known.
    """
    summary = session.summary
    return of_metrics(summary, OF_GAIT[summary.gait], said("report.page.figures_caption"), name, said)


def of_metrics(summary: Summary, metrics: Sequence[str], caption: str, name: str, said: Texts) -> Table:
    """The same of some metrics of one gait. name: of the table."""
    rows = [_row(metric, summary.sides, summary.symmetry[metric], said) for metric in metrics]
    if summary.centimetres:
        known = [one for one in IN_CM if any(summary.centimetres[side][one].mean is not None for side in SIDES)]
        rows += [_row(metric, summary.centimetres, None, said) for metric in known]
    left, right = side_columns(said, 1.15)
    columns = (
        Column(said("report.metric"), weight=2.1),
        left, Column(said("report.page.count"), "right", 0.5), right, Column(said("report.page.count"), "right", 0.5),
        Column(said("report.difference"), "right", 1.25), Column(said("report.page.index"), "right", 0.8),
    )  # fmt: skip
    return Table(caption, columns, tuple(rows), name=name)


def _row(
    metric: str, sides: Mapping[str, Mapping[str, MetricSummary]], both: SymmetrySummary | None, said: Texts
) -> tuple[str, ...]:
    left, right = sides["left"][metric], sides["right"][metric]
    difference, index = quantities.UNKNOWN, quantities.UNKNOWN
    if both is not None:
        difference = quantities.with_interval(metric, both.difference, both.ci95_low, both.ci95_high, said=said)
        index = quantities.UNKNOWN if both.index_percent is None else f"{both.index_percent:.0f}%"
    name = quantities.name(metric, said)
    return (name, _mean(metric, left, said), f"{left.n}", _mean(metric, right, said), f"{right.n}", difference, index)


def _mean(metric: str, one: MetricSummary, said: Texts) -> str:
    return quantities.with_interval(metric, one.mean, one.ci95_low, one.ci95_high, said=said)


def one_metric(session: Session, metric: str, said: Texts) -> KeyFigures:
    """A metric of both legs, large."""
    found = []
    for side in SIDES:
        one = session.summary.sides[side][metric]
        half = quantities.half_interval(metric, one.ci95_low, one.ci95_high, said=said)
        note = said("report.page.of_stances", half=half, count=one.n).strip()
        found.append(
            KeyFigure(said(f"report.{side}"), quantities.number(metric, one.mean, said=said), note, _side(side))
        )
    return KeyFigures(tuple(found))


def rhythm(session: Session, said: Texts) -> KeyFigures:
    """Cadence, contact, flight (in walking: double support) and the share of the stride on the ground."""
    summary = session.summary
    found = [KeyFigure(said("quantity.cadence_spm"), quantities.cadence(summary.cadence_spm))]
    stances = of_gait(session.stances, summary.gait)
    found += _timed("contact_time_s", "report.page.contact", summary, said)
    if summary.gait == "walk":
        found += _timed("double_support_s", "report.page.double_support", summary, said)
    run = summary.gait == "run"
    flight, stiffness = (timing.flight_s(stances), timing.vertical_stiffness(stances)) if run else (None, None)
    for key, quantity, figure in (
        ("flight", "flight_s", flight),
        ("duty_factor", "duty_factor", timing.duty_factor(stances)),
        ("stiffness", "vertical_stiffness", stiffness),
    ):
        if figure is not None:
            value = quantities.number(quantity, figure.value, said=said)
            half = quantities.half_interval(quantity, figure.low, figure.high, said=said)
            found.append(KeyFigure(said(f"report.page.{key}"), value, half))
    return KeyFigures(tuple(found))


def _timed(metric: str, title: str, summary: Summary, said: Texts) -> list[KeyFigure]:
    """A time of each side with its interval, where it is known."""
    figures = [(side, summary.sides[side][metric]) for side in SIDES]
    return [
        KeyFigure(said(title, side=said(f"report.{side}").lower()), quantities.number(metric, one.mean, said=said),
                  quantities.half_interval(metric, one.ci95_low, one.ci95_high, said=said), _side(side))
        for side, one in figures
        if one.mean is not None
    ]  # fmt: skip


def _side(side: str) -> SideOf:
    return "left" if side == "left" else "right"
