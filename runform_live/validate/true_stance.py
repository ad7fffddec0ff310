"""A stance as it is known exactly."""

from __future__ import annotations

from dataclasses import dataclass

from runform_live.messages import Gait, Side


@dataclass(frozen=True, slots=True)
class TrueStance:
    """One exact stance; metrics that are not known exactly are absent."""

    side: Side
    initial_contact_s: float
    midstance_s: float
    toe_off_s: float
    metrics: dict[str, float]
    gait: Gait = "run"
