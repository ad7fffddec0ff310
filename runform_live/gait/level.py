"""The level line: which tilt of the pelvis line in the picture belongs to a level pelvis, and where that is known from.

- Standing: while somebody stands quietly, the pelvis counts as level. The line then removes the camera's roll, the person's own offset and
  that of the network. The pose stage says who stands (pose/stand.py).
- Strides: without a stand, the mean over whole strides counts as level. That removes a true asymmetry as well, so the session is not
  calibrated. Strides of running and of walking each have their own mean, because a network may see the hips tilted otherwise in them.
- Motion: standing is one picture, and what the network sees wrong in it would be wrong all run long. So the optical flow since standing
  (pose/flow_level.py) says at which tilt the pelvis is level in motion, and with which weight.

Quiet standing also shows how far the camera is rolled, because shoulders are carried above the feet. A metre and a half of a person shows that
better than the hip line, which a network may see tilted by some degrees under clothes. Hip adduction and trunk lean are measured against
another part of the body or the vertical: they need the hips as they are, not as they look.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from runform_live.gait import body_size, geometry
from runform_live.gait.geometry import Reference
from runform_live.gait.row import Step
from runform_live.gait.signals import HIP_WIDTH, TILT, TRUNK_LENGTH
from runform_live.gait.window import Window
from runform_live.messages import GAITS, BodyShares, FlowLevel, Gait, Standing

LONGEST_STAND_S = 6.0  # of a longer stand, the end is read
LOOKS_BACK_S = LONGEST_STAND_S + 1.5  # a stand is told up to half a second before now
KNOWN_SHARE = 0.8  # of the frames of a stand that gives a line
SWAY_S = 0.5  # a body sways slowly: frames within so long count as one
STRIDES_FOR_LEVEL, MOST_STRIDES = 5, 20
LARGEST_SHIFT_DEG = 8.0  # between level in motion and level in standing
# Of the tilt against the upright that strides show, what is taken for an offset of the pelvis line. The rest is taken for a true asymmetry.
STRIDES_OFFSET_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Level:
    """A level line: the tilt (deg) of the pelvis line of a level pelvis in the picture; positive: its left end is higher."""

    tilt_deg: float
    sd_deg: float  # of frames in standing, of strides in motion
    from_s: float
    until_s: float
    source: Literal["standing", "strides"]
    upright_deg: float | None = None  # direction from the ankles to the shoulders against the picture's up, clockwise
    body: BodyShares | None = None  # of the person who stood

    @property
    def calibrated(self) -> bool:
        """Whether it is one of standing, which leaves a true asymmetry."""
        return self.source == "standing"

    @property
    def error_deg(self) -> float:
        """SD of the mean."""
        return self.sd_deg / math.sqrt(max((self.until_s - self.from_s) / SWAY_S, 1.0))

    def in_motion_deg(self, flow: FlowLevel | None) -> float:
        """The tilt of a level pelvis in motion."""
        if flow is None or not self.calibrated:  # strides are of a runner in motion already
            return self.tilt_deg
        shift_deg = flow.weight * (flow.tilt_deg - self.tilt_deg)
        return self.tilt_deg + min(max(shift_deg, -LARGEST_SHIFT_DEG), LARGEST_SHIFT_DEG)

    def reference(self, flow: FlowLevel | None) -> Reference:
        """The directions that a stance of a runner in motion is measured against."""
        level_deg = self.in_motion_deg(flow)
        upright_deg = level_deg if self.upright_deg is None else self.upright_deg
        share = 1.0 if self.calibrated else STRIDES_OFFSET_SHARE
        return Reference(level_deg, share * (level_deg - upright_deg), upright_deg)


def of_stand(standing: Standing, window: Window) -> Level | None:
    """The level line that a stand shows; None where the pelvis line is not known in most of its frames."""
    from_s, until_s = max(standing.from_s, standing.until_s - LONGEST_STAND_S), standing.until_s
    _, _, smooth = window.between(from_s, until_s)
    known_deg = smooth[~np.isnan(smooth[:, TILT]), TILT]
    if not len(known_deg) or len(known_deg) < KNOWN_SHARE * len(smooth):
        return None
    shoulders_px, ankles_px = window.shoulders_px(from_s, until_s), window.ankles_px(from_s, until_s)
    upright_deg = float(geometry.upright_deg(ankles_px, shoulders_px))
    hip_width_px, trunk_px = (window.raw_mean(signal, from_s, until_s) for signal in (HIP_WIDTH, TRUNK_LENGTH))
    return Level(
        tilt_deg=float(known_deg.mean()),
        sd_deg=float(known_deg.std()),
        from_s=from_s,
        until_s=until_s,
        source="standing",
        upright_deg=None if math.isnan(upright_deg) else upright_deg,
        body=body_size.shares(hip_width_px, trunk_px, shoulders_px.tolist(), ankles_px.tolist()),
    )


class StrideStep(msgspec.Struct, frozen=True):
    """Means over one step, from one midstance to the next."""

    midstance_s: float  # at its end
    tilt_deg: float
    upright_deg: float  # NaN unknown


class StridesState(msgspec.Struct, frozen=True):
    """The last steps of the present row, and of whole strides before it."""

    row: tuple[StrideStep, ...]
    before: tuple[StrideStep, ...]


class Strides:
    """Mean tilt and upright over the last whole strides."""

    __slots__ = ("_before", "_row")

    def __init__(self, state: StridesState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._row: list[StrideStep] = list(state.row) if state else []
        self._before: list[StrideStep] = list(state.before) if state else []

    def state(self) -> StridesState:
        """All of it, for a successor."""
        return StridesState(tuple(self._row), tuple(self._before))

    def add(self, step: StrideStep) -> None:
        """Take a step; an unknown tilt ends the row."""
        if math.isnan(step.tilt_deg):
            self.interrupt()
            return
        self._row = [*self._row, step][-2 * MOST_STRIDES :]

    def interrupt(self) -> None:
        """The next step may be of either leg. Strides before still count: a runner who pauses does not turn the camera."""
        self._before, self._row = self._whole(), []

    def _whole(self) -> list[StrideStep]:
        """The steps of the last whole strides, two of each: one step alone would tilt the mean to its side."""
        return [*self._before, *self._row[len(self._row) % 2 :]][-2 * MOST_STRIDES :]

    def level(self, fewest: int = STRIDES_FOR_LEVEL) -> Level | None:
        """The level line; None with fewer whole strides."""
        steps = self._whole()
        if len(steps) < 2 * max(fewest, 1):
            return None
        tilts_deg = [(a.tilt_deg + b.tilt_deg) / 2 for a, b in zip(steps[::2], steps[1::2], strict=True)]
        mean_deg = sum(tilts_deg) / len(tilts_deg)
        squares = sum((tilt_deg - mean_deg) ** 2 for tilt_deg in tilts_deg)
        sd_deg = math.sqrt(squares / max(len(tilts_deg) - 1, 1))
        uprights_deg = [step.upright_deg for step in steps if not math.isnan(step.upright_deg)]
        upright_deg = sum(uprights_deg) / len(uprights_deg) if uprights_deg else None
        return Level(mean_deg, sd_deg, steps[0].midstance_s, steps[-1].midstance_s, "strides", upright_deg)


class LevelState(msgspec.Struct, frozen=True):
    """All of `LevelLine` written down."""

    strides: dict[Gait, StridesState]
    gait: Gait
    standing: Standing | None
    asked_s: float
    stood: Level | None
    flow: FlowLevel | None


class LevelLine:
    """Joins standing, strides and motion to the level line of a run."""

    __slots__ = ("_asked_s", "_flow", "_gait", "_standing", "_stood", "_strides")

    def __init__(self, state: LevelState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._strides = {gait: Strides(state.strides[gait] if state else None) for gait in GAITS}
        self._gait: Gait = state.gait if state else "run"  # of the newest step of a run or a walk
        self._standing: Standing | None = state.standing if state else None
        self._asked_s = state.asked_s if state else -math.inf  # a stand before this time does not count
        self._stood: Level | None = state.stood if state else None
        self._flow: FlowLevel | None = state.flow if state else None

    def state(self) -> LevelState:
        """All of it, for a successor."""
        strides = {gait: strides.state() for gait, strides in self._strides.items()}
        return LevelState(strides, self._gait, self._standing, self._asked_s, self._stood, self._flow)

    @property
    def standing(self) -> bool:
        return self._standing is not None

    def push(self, standing: Standing | None, flow: FlowLevel | None, window: Window) -> None:
        """Take what a pose says of standing and of level in motion, with its frame in the window.

        flow: it gets better with every frame, so the newest one holds.
        """
        self._flow = flow or self._flow
        if standing == self._standing:
            return
        self._standing = standing
        if standing is not None:
            self._take_stand(Standing(max(standing.from_s, self._asked_s), standing.until_s), flow, window)

    def _take_stand(self, standing: Standing, flow: FlowLevel | None, window: Window) -> None:
        """A stand that goes on is read again and again, so that the line grows steadier while the person waits.

        What the flow said since an earlier stand is no word on another one.
        """
        goes_on = self._stood is not None and self._stood.from_s == standing.from_s
        long_enough = standing.is_enough if self._stood is None or goes_on else standing.replaces
        line = of_stand(standing, window) if long_enough else None
        if line is not None:
            self._stood, self._flow = line, self._flow if goes_on else flow

    def add_step(self, step: Step, window: Window) -> None:
        """Take a step that has become certain."""
        strides = self._strides[step.row.gait]
        if step.row.is_run:  # in walking the trunk has a low now and then that becomes no run
            self._gait = step.row.gait
        if step.number == 0:
            strides.interrupt()
        elif not math.isnan(step.since_s):
            span_s = step.since_s, step.midstance_s
            upright_deg = geometry.upright_deg(window.ankles_px(*span_s), window.shoulders_px(*span_s))
            strides.add(StrideStep(step.midstance_s, window.mean(TILT, *span_s), float(upright_deg)))

    def level(self, fewest_strides: int = STRIDES_FOR_LEVEL, gait: Gait | None = None) -> Level | None:
        """The line of standing, else that of the last strides of a gait (None: the newest one), else None.

        A gait that has ended after fewer strides has the line of the other one.
        """
        gait = gait or self._gait
        own = self._stood or self._strides[gait].level(fewest_strides)
        return own or (self._strides[self._gait].level(fewest_strides) if gait != self._gait else None)

    def reference(self, level: Level | None) -> Reference:
        """The directions that a stance is measured against."""
        return Reference() if level is None else level.reference(self._flow)

    def ask(self, now_s: float) -> None:
        """Forget the line of standing; the next stand gives it. What was before this moment does not count."""
        self._stood = self._flow = None
        self._asked_s = now_s

    def camera_elsewhere(self, now_s: float) -> None:
        """The camera looks from elsewhere: nothing from before says what is level now."""
        self.ask(now_s)
        self._strides = {gait: Strides() for gait in GAITS}
