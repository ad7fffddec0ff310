"""How wrong the centimetres are that a body's height gives, on clips that say how they were filmed and how high the pelvis was."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from runform_live.errors import BadInput
from runform_live.gait.body_size import IN_CM, estimate_cm
from runform_live.gait.uncertainty.statistics import Estimate
from runform_live.messages import SIDES, BodyShares, Stance
from runform_live.session import door
from runform_live.validate.truth import Clip, columns_of
from runform_live.validate.width import METRIC, Columns, hip_width_px

COLUMNS = ("time_s", "pelvis_height_m", *(f"{side}_hip_{axis}_px" for side in SIDES for axis in "xy"))
RISE_S, NEAR_S = 0.3, 0.05  # the highest point lies within so long before midstance; the lowest one so near to it
WORDS = {"step_width_cm": "step width", "vertical_oscillation_cm": "vertical oscillation"}


class Filmed(msgspec.Struct, frozen=True):
    """What NAME.json tells of body and camera: the height of the body and the distance (m), the picture's angle and height."""

    height: Annotated[float, Meta(gt=0, le=3)]
    distance: Annotated[float, Meta(gt=0, le=1000)]
    vfov: Annotated[float, Meta(gt=0, lt=180)]
    h: Annotated[int, Meta(gt=0)]

    @property
    def cm_per_px(self) -> float:
        """Of what is as far away as the runner."""
        return 100.0 * self.distance * 2.0 * math.tan(math.radians(self.vfov) / 2.0) / self.h


class InCm(msgspec.Struct, frozen=True):
    """Of one clip: quantity -> the true mean, and the measured one with its interval."""

    name: str
    true: dict[str, float]
    measured: dict[str, Estimate]


def of_clip(clip: Clip, stances: Sequence[Stance], body: BodyShares | None) -> InCm | None:
    """The centimetres of a clip; None where it does not say how it was filmed, or nobody stood."""
    try:
        filmed = door.decoded(clip.video.with_suffix(".json"), Filmed, "")
    except (OSError, BadInput):
        return None
    seen = columns_of(clip.video, COLUMNS)
    if seen is None:
        return None
    measured = {name: found for name in IN_CM if (found := estimate_cm(name, stances, body, filmed.height)) is not None}
    return InCm(clip.name, true_cm(clip, seen, filmed), measured) if measured else None


def true_cm(clip: Clip, seen: Columns, filmed: Filmed) -> dict[str, float]:
    """The exact means of a clip. Step width: the exact hip widths times the hips' width in the picture; oscillation: of the pelvis."""
    widths = [one.metrics[METRIC] for one in clip.stances if METRIC in one.metrics]
    runs = seen["time_s"] >= clip.span_s[0]
    falls = [fall for one in clip.stances if (fall := _fall_m(seen, one.midstance_s)) is not None]
    found = {}
    if widths and runs.any():
        found["step_width_cm"] = float(np.mean(widths) * np.mean(hip_width_px(seen)[runs]) * filmed.cm_per_px)
    if falls:
        found["vertical_oscillation_cm"] = 100.0 * sum(falls) / len(falls)
    return found


def _fall_m(seen: Columns, midstance_s: float) -> float | None:
    passed_s = seen["time_s"] - midstance_s
    before, about = (passed_s >= -RISE_S) & (passed_s <= 0.0), np.abs(passed_s) <= NEAR_S
    if not before.any() or not about.any():
        return None
    return float(seen["pelvis_height_m"][before].max() - seen["pelvis_height_m"][about].min())


def lines(clips: Sequence[InCm]) -> Iterator[str]:
    """The errors as text; nothing where no clip has any."""
    if not clips:
        return
    yield "centimetres by the body's height, error of a session's mean (measured minus true) and how many 95% intervals hold the truth:"
    for name in IN_CM:
        known = [(one.measured[name], one.true[name]) for one in clips if name in one.measured and name in one.true]
        if known:
            yield _line(name, known)


def _line(name: str, known: Sequence[tuple[Estimate, float]]) -> str:
    errors = [found.mean - true for found, true in known]
    covered = sum(
        found.ci95_low <= true <= found.ci95_high
        for found, true in known
        if found.ci95_low is not None and found.ci95_high is not None
    )
    least, most = min(true for _, true in known), max(true for _, true in known)
    return (
        f"  {WORDS[name]}: bias {sum(errors) / len(errors):+.1f} cm, RMS {math.sqrt(sum(e * e for e in errors) / len(errors)):.1f} cm, "
        f"{covered} of {len(known)} ({least:.1f} to {most:.1f} cm)"
    )
