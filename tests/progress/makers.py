"""Clients whose sessions have a known truth, in numbers only or as session folders that the program's own writer wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from runform_live import config
from runform_live.messages import Side, Stance
from runform_live.model_used import ModelUsed, model_used
from runform_live.progress.point import Point
from runform_live.session.schema import SESSION_VERSION, Calibration, SessionInfo
from runform_live.session.summary import of_session
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"
BEGAN = datetime(2026, 5, 4, 18, 30, tzinfo=UTC)
STRIDE_SD_DEG = 0.9
STEP_S = 0.36
MODEL = model_used(config.load())
KNOWN_EXACTLY = msgspec.structs.replace(MODEL, instrument_sd_deg={DROP: 0.0}, instrument_difference_sd_deg={DROP: 0.0})


def run(
    drops: Mapping[Side, float],
    count: int = 240,
    seed: int = 0,
    cadence_spm: float = 60.0 / STEP_S,
    later_deg: float = 0.0,
    **changes: Any,
) -> list[Stance]:
    """Stances of a session whose drops scatter about these means. later_deg: added in the second half of it."""
    rng = np.random.default_rng(seed)
    step_s, scatter, found = 60.0 / cadence_spm, rng.normal(0.0, STRIDE_SD_DEG, count), []
    for k in range(count):
        side: Side = "left" if k % 2 == 0 else "right"
        drop = drops[side] + scatter[k] + (later_deg if k >= count / 2 else 0.0)
        at_s = 0.2 + step_s * k + 0.002 * float(rng.normal())
        found.append(stance(side, at_s, float(drop), pelvis_sigma_deg=MODEL.instrument_sigma_deg, **changes))
    return found


def info(day: float = 0.0, model: ModelUsed = MODEL, calibrated: bool = True, **changes: Any) -> SessionInfo:
    """session.json of a session so many days after the first one."""
    began = BEGAN + timedelta(days=day)
    values: dict[str, Any] = {
        "schema_version": SESSION_VERSION, "id": f"s{day:g}", "started": began.isoformat(), "source": "0", "view": "posterior",
        "frame_rate_hz": 30.0, "height_px": 720, "width_px": 1280, "model": model, "config": msgspec.to_builtins(config.load()),
        "calibration": Calibration(calibrated, 0.0 if calibrated else None, 0.0 if calibrated else None), "software": "x",
        "recorded_by": "live", "ended": "stopped", "person": "P07", "person_id": "7",
    }  # fmt: skip
    return SessionInfo(**(values | changes))


def point(
    stances: Sequence[Stance], day: float = 0.0, flags: tuple[str, ...] = (), name: str = "", **changes: Any
) -> Point:
    of = info(day, flags=flags, **changes)
    return Point(of, of_session(of, stances, []), name)


def client(drops: Sequence[float], right: float = 4.0, **changes: Any) -> list[Point]:
    """Sessions two days apart with these drops of the left side, and one of the right side that stays."""
    return [
        point(run({"left": left, "right": right}, seed=place), 2.0 * place, name=f"s{place + 1}", **changes)
        for place, left in enumerate(drops)
    ]
