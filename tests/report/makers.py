"""Small makers of runs in which something changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from runform_live import config
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import Side, Stance, View
from runform_live.model_used import ModelUsed
from runform_live.session.figures import ChangeSummary, PartChange, RunPart, TrendSummary
from runform_live.session.reader import Session
from runform_live.session.schema import SESSION_VERSION, Calibration, SessionInfo
from runform_live.session.summary import summarise
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"
NOT_MEASURED = ChangeSummary(None, None, None)
FIRST = RunPart("first", ((10.0, 70.0),))
PARTS = {
    "last": RunPart("last", ((240.0, 300.0),)),
    "feedback": RunPart("feedback", ((80.0, 130.0), (190.0, 240.0))),
    "no_feedback": RunPart("no_feedback", ((130.0, 190.0),)),
    "block": RunPart("block", ((130.0, 250.0),), True),
    "pause": RunPart("block", ((250.0, 300.0),), False),
}
MODEL = ModelUsed(
    "n",
    "0" * 64,
    instrument_sd_deg={DROP: 1.2},
    within_run_share={DROP: 1.0},
    within_run_share_sd={DROP: 0.1},
    within_run_drift_sd={DROP: 0.2},
    within_run_drift_difference_sd={DROP: 0.3},
)
NO_ERRORS = ModelUsed("n", "0" * 64)


def change(value: float, half: float | None = 0.5, sure: bool | None = None) -> ChangeSummary:
    """Sure where it is larger than its interval, unless it is said."""
    if half is None:
        return ChangeSummary(value, None, None, False)
    return ChangeSummary(value, value - half, value + half, abs(value) > half if sure is None else sure)


def part(
    name: str,
    left: ChangeSummary = NOT_MEASURED,
    right: ChangeSummary = NOT_MEASURED,
    *reasons: str,
    difference: ChangeSummary = NOT_MEASURED,
) -> PartChange:
    """A part of a run of five minutes against its first minute."""
    sides = {"left": {DROP: left}, "right": {DROP: right}}
    return PartChange(FIRST, PARTS[name], sides, {DROP: difference}, NOT_MEASURED, reasons)


def stances_over(seconds: float, left_deg: float = -2.3, pause_s: tuple[float, float] | None = None) -> list[Stance]:
    """A run from 10 s on, left first; after the first minute the left side's drop is other by left_deg. pause_s: nothing is in it."""
    rng = np.random.default_rng(3)
    found = []
    for k in range(int((seconds - 10.0) / 0.36)):
        at_s, left = 10.0 + 0.36 * k, k % 2 == 0
        drop = 4.0 + 0.4 * rng.normal() + (left_deg if left and at_s > 70.0 else 0.0)
        if pause_s is None or not pause_s[0] <= at_s <= pause_s[1]:
            found.append(stance("left" if left else "right", at_s, drop, drop_level_deg=0.5))
    return found


def session(
    stances: list[Stance],
    *changes: PartChange,
    trends: dict[str, TrendSummary] | None = None,
    flags: tuple[str, ...] = (),
    version: int = SESSION_VERSION,
    model: ModelUsed = MODEL,
) -> Session:
    """A session of these stances, with what is said to have changed in it."""
    info = SessionInfo(
        schema_version=version, id="x", started="2026-01-01T10:00:00+00:00", source="x", view="posterior", frame_rate_hz=30.0,
        height_px=720, width_px=1280, model=model, config=msgspec.to_builtins(config.load()),
        calibration=Calibration(True, 0.0), software="x", recorded_by="analyze",
    )  # fmt: skip
    summary = summarise(stances, InstrumentErrors(model.instrument_sd_deg, None, 0.0), True, "posterior", flags)
    by_side = {side: {DROP: trend} for side, trend in (trends or {}).items()}
    return Session(Path("x"), info, stances, [], msgspec.structs.replace(summary, changes=changes, trends=by_side))


ADDUCTION = "hip_adduction_mid_deg"
ERRORS = ("pelvic_drop_mid_deg", "pelvic_drop_peak_deg", "hip_adduction_mid_deg", "hip_adduction_peak_deg")


def two_sided(
    left: float = 8.0,
    right: float = 2.0,
    adduction: tuple[float, float] = (10.0, 10.0),
    *,
    sd_deg: float | None = 1.0,
    count: int = 40,
    calibrated: bool = True,
    view: View = "posterior",
    flags: tuple[str, ...] = (),
    **info: object,
) -> Session:
    """A session without scatter: drop of both sides, and their hip adduction. sd_deg: of the instrument; None: not known.

    Half of a side's interval is 1.96 sd_deg, that of left minus right 1.41 times as much. Without a target, unless `info` says other.
    """
    angles = {"left": (left, adduction[0]), "right": (right, adduction[1])}
    rows = []
    for k in range(count):
        side: Side = "left" if k % 2 == 0 else "right"
        drop, inwards = angles[side]
        changes = {"hip_adduction_mid_deg": inwards, "hip_adduction_peak_deg": inwards + 1.0}
        rows.append(stance(side, 1.0 + 0.36 * k, drop, **changes))
    sd = {} if sd_deg is None else dict.fromkeys(ERRORS, sd_deg)
    made = session(rows, model=ModelUsed("n", "0" * 64, instrument_sd_deg=sd, walking_sd_deg=sd))
    level_sd_deg = 0.0 if calibrated else None
    summary = summarise(rows, InstrumentErrors(sd, None, level_sd_deg), calibrated, view, flags)
    told = {"view": view, "targets": {}, "target_from": "none"} | info
    return replace(made, info=msgspec.structs.replace(made.info, **told), summary=summary)
