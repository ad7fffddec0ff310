"""Turns messages of the stages into samples with the times of LSL. It does not import LSL."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import controls
from runform_live.body import own_sides
from runform_live.handover import Newest
from runform_live.lsl.description import GAIT_CODES, SIDE_CODES, Stream
from runform_live.messages import Cue, GaitState, Message, Pose, Stance, View
from runform_live.metrics import STANCE_COLUMNS


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of a stream: float64 (channels,), or texts. stamp_s: LSL's clock."""

    stream: Stream
    stamp_s: float
    values: npt.NDArray[np.float64] | tuple[str, ...]


class SamplesState(msgspec.Struct, frozen=True):
    """What a successor goes on from. Times are of the session; -inf: nothing was sent yet."""

    zero_s: float | None  # LSL's clock at time 0 of the session; None before the first frame
    pose_s: float
    stance_s: float
    cue_s: float
    view: View
    paused: bool


NEW = SamplesState(None, -math.inf, -math.inf, -math.inf, "unknown", False)


class Samples:
    """Turns messages into samples. A message that is repeated after a restart gives none."""

    __slots__ = ("_clock_offset_s", "_cues", "_paused", "_poses", "_stances", "_view", "_zero_s")

    def __init__(self, clock_offset_s: float, state: SamplesState | None = None) -> None:
        """clock_offset_s: LSL's clock minus the clock of the frames' stamps (`clock_offset`)."""
        known = state or NEW
        self._clock_offset_s = clock_offset_s
        self._zero_s = known.zero_s
        self._poses, self._stances, self._cues = Newest(known.pose_s), Newest(known.stance_s), Newest(known.cue_s)
        self._view, self._paused = known.view, known.paused

    def state(self) -> SamplesState:
        return SamplesState(
            self._zero_s, self._poses.time_s, self._stances.time_s, self._cues.time_s, self._view, self._paused
        )

    def of(self, message: Message, landmarks: npt.NDArray[np.float64] | None = None) -> Sample | None:
        """The sample that a message gives; None where it gives none. landmarks: (landmarks, 3), of a pose."""
        if isinstance(message, Pose) and landmarks is not None:
            return self._pose(message, landmarks)
        if isinstance(message, Stance):
            return self._stance(message)
        if isinstance(message, Cue):
            return self._cue(message)
        if isinstance(message, GaitState) and message.view in ("posterior", "anterior"):
            self._view = message.view
        elif isinstance(message, controls.SetPaused):
            self._paused = message.paused
        return None

    def _pose(self, pose: Pose, landmarks: npt.NDArray[np.float64]) -> Sample | None:
        if not self._poses.is_new(pose.time_s):
            return None
        if self._zero_s is None:
            self._zero_s = pose.stamp_s - pose.time_s + self._clock_offset_s
        values = np.append(own_sides(landmarks, self._view).ravel(), pose.time_s)
        return Sample("poses", self._zero_s + pose.time_s, values)

    def _stance(self, stance: Stance) -> Sample | None:
        if not self._stances.is_new(stance.midstance_s):
            return None
        if self._paused or self._zero_s is None:
            return None
        values = np.array([_number(stance, column) for column in STANCE_COLUMNS])
        return Sample("stances", self._zero_s + stance.midstance_s, values)

    def _cue(self, cue: Cue) -> Sample | None:
        if not self._cues.is_new(cue.time_s):
            return None
        if self._zero_s is None:
            return None
        latency = "" if cue.latency_s is None else f"{cue.latency_s:.3f}"
        return Sample("cues", self._zero_s + cue.time_s, (cue.text, cue.metric, cue.side or "", cue.reason, latency))


def _number(stance: Stance, column: str) -> float:
    """A column of stances.csv as a number; NaN is unknown."""
    if column == "side":
        unsure = stance.naming is None or stance.naming.unsure
        return math.nan if unsure else SIDE_CODES[stance.side]
    if column == "gait":
        return GAIT_CODES[stance.gait]
    value = getattr(stance, column)
    return math.nan if value is None else float(value)


def clock_offset(ours: Callable[[], float], theirs: Callable[[], float], for_s: float = 0.05) -> float:
    """How far another clock is ahead of ours (s), read for so long.

    Ours is read first, so each difference is too large by what passes between the two readings, and by what a clock of coarse steps
    (16 ms on some systems) has fallen behind. The smallest difference has the least of both.
    """
    least_s, until_s = math.inf, ours() + for_s
    while True:
        our_s = ours()
        least_s = min(least_s, theirs() - our_s)
        if our_s >= until_s:
            return least_s
