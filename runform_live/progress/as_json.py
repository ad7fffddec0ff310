"""Progress as plain data, for other programs: the same figures as the page and the text."""

from __future__ import annotations

from typing import Any

from runform_live.progress.adherence import Adherence
from runform_live.progress.change import Change
from runform_live.progress.point import Point
from runform_live.progress.series import Progress, Series, Value
from runform_live.session.figures import ChangeSummary

VERSION = 1


def content(found: Progress) -> dict[str, Any]:
    """Keys: `sessions` in the order of all lists, `metrics` by name, and per metric `baseline` (a place in `sessions`) and `columns`.

    Unknown is null. `detectable` is the minimal detectable change, half of the change's 95% interval; `needed` is what the change must exceed to be
    called one, which is more where several sessions are compared with one baseline. `walking` has the same keys, for the walking of those
    sessions in which somebody walked; null where there is none beside the main figures.
    """
    return {
        "schema_version": VERSION,
        "same_setup": found.same_setup,
        "sessions": [_session(one) for one in found.points],
        "adherence": None if found.adherence is None else _adherence(found.adherence),
        "metrics": {metric: _metric(one) for metric, one in found.series.items()},
        "walking": None if found.walking is None else content(found.walking),
    }


def _session(point: Point) -> dict[str, Any]:
    info, summary = point.info, point.summary
    return {
        "id": info.id,
        "folder": point.name or None,
        "started": info.started,
        "person": info.person,
        "gait": point.gait,
        "view": summary.view,
        "calibrated": summary.calibrated,
        "network": {"name": info.model.name, "sha256": info.model.sha256},
        "pelvis_line": info.model.pelvis_line,
        "flags": list(summary.flags),
        "programme": None if info.programme is None else info.programme.programme,
        "number": None if info.programme is None else info.programme.number,
        "pain_before": info.pain.before,
        "pain_after": info.pain.after,
    }


def _adherence(found: Adherence) -> dict[str, Any]:
    return {
        "programme": found.programme.name,
        "planned": found.planned,
        "held": found.held,
        "on_time": found.on_time,
        "late": found.late,
        "sessions": [
            {
                "number": one.number,
                "day": f"{one.day}",
                "due": None if one.due is None else f"{one.due}",
                "days_late": one.days_late,
                "completed": one.completed,
                "session": one.place,
            }
            for one in found.sittings
        ],
    }


def _metric(found: Series) -> dict[str, Any]:
    return {
        "baseline": found.baseline,
        "targets": [None if band is None else {"low": band.low, "high": band.high} for band in found.targets],
        "columns": {column: [_value(one) for one in values] for column, values in found.columns.items()},
    }


def _value(one: Value) -> dict[str, Any]:
    measured = one.measured
    return {
        "n": measured.n,
        "mean": rounded(measured.value),
        "ci95_low": rounded(measured.low),
        "ci95_high": rounded(measured.high),
        "since_baseline": None if one.change is None else _change(one.change),
        "within_session": None if one.within is None else _within(one.within),
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "change": rounded(one.change),
        "ci95_low": rounded(one.low),
        "ci95_high": rounded(one.high),
        "detectable": rounded(one.detectable),
        "needed": rounded(one.needed),
        "call": one.call,
        "reasons": list(one.reasons),
    }


def _within(one: ChangeSummary) -> dict[str, Any]:
    return {"change": one.change, "ci95_low": one.ci95_low, "ci95_high": one.ci95_high, "sure": one.sure}


def rounded(value: float | None) -> float | None:
    """A number as in all files: with 4 decimals."""
    return None if value is None else round(value, 4)
