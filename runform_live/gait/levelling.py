"""The level line: what the tilt of the hip line is when the pelvis is level.

Quiet standing gives it (camera roll, the person's own offset and the network's are then all removed); without standing
the mean over whole strides does, which also removes a true asymmetry and is marked "not calibrated".

Quiet standing tells as well how far the camera is rolled: shoulders are carried above the feet. A metre and a half of a person shows
that better than the hips, which a network may see tilted by some degrees under clothes. What is measured against another part of
the body or against the vertical, adduction and lean, needs the hips as they lie and not as they are seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import FRONTAL_FLOOR
from runform_live.gait import channels, frames, geometry
from runform_live.gait.kernels import kernel
from runform_live.messages import BodyShares, LevelInMotion

QUIET_S = 1.8  # of the 2 s that are asked for: the last frames are still in the smoother
SHORT_QUIET_S = 1.0  # is enough where there is no level line yet: without one a true asymmetry is lost, and a longer stand replaces it
SWAY_S = 0.5
SETTLE_S = 0.1  # the newest of them may already be the first movement
SWAY_TRUNKS = 0.12  # how far hips and ankles may wander sideways while "quiet", in trunk lengths
LIFT_TRUNKS = 0.06  # and the ankles up and down: a lifted foot is no standing
# A foot is lifted for longer: means over it leave out what dark shoes make a network's ankles jump by, where no stand is found else.
SHOWS_S = 0.1  # a frame tells of so long after the one before it: at ten a second
LIFT_S = 0.25
STRIDES_FOR_LEVEL = 5
MOST_STRIDES = 20
LARGEST_DEG = 8.0  # that level in motion may be another by than in standing
TILT_OFFSET_SHARE = 0.5  # of a mean tilt over strides against the upright: the rest is taken for a true asymmetry


@dataclass(frozen=True, slots=True)
class Level:
    """Tilt of the hip line (deg, picture's left end higher is positive) that counts as level, and how well it is known."""

    tilt_deg: float
    sd_deg: float
    from_s: float
    until_s: float
    calibrated: bool
    upright_deg: float | None = None  # from the ankles' middle to the shoulders', against the picture's up, clockwise
    body: BodyShares | None = None  # of the person who stood

    @property
    def error_deg(self) -> float:
        """SD of the mean: a body sways slowly, so that frames within SWAY_S count as one."""
        return self.sd_deg / math.sqrt(max((self.until_s - self.from_s) / SWAY_S, 1.0))

    def in_motion_deg(self, told: LevelInMotion | None) -> float:
        """The tilt that counts as level for a runner in motion; told: by the picture of the runner, against that of standing."""
        if told is None or not self.calibrated:  # the mean over strides is of a runner in motion already
            return self.tilt_deg
        shift_deg = told.trust * (told.tilt_deg - self.tilt_deg)
        return self.tilt_deg + min(max(shift_deg, -LARGEST_DEG), LARGEST_DEG)


@kernel("i8(f8[::1],f8[:,::1],f8[:,::1],i8,i8,f8,f8,f8,f8[::1])")
def quiet_standing(
    times_s: npt.NDArray[np.float64],
    raw: npt.NDArray[np.float64],
    smooth: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    from_s: float,
    until_s: float,
    lift_s: float,
    level_out: npt.NDArray[np.float64],
) -> int:
    """1 where the person stood quietly, facing the camera's line, from from_s to until_s; ankles' heights are means over lift_s.

    level_out (3,) gets mean and SD of the hips' tilt, and the upright (deg; see `Level`).

    Quiet: the hips do not sway, the shoulders do not sink, both ankles stay within a small box, and at least 80% of the frames
    are known; so long as there is no frame, as while pictures repeat, nobody is known to stand. The height of the hips says little: under long clothes a network sees it a little elsewhere in every frame.
    """
    ring = times_s.shape[0]
    watched = (channels.HIPS_X, channels.SHOULDERS_Y, channels.ANKLE_X, channels.ANKLE_X + channels.LEG,
               channels.ANKLE_Y, channels.ANKLE_Y + channels.LEG)  # fmt: skip
    lowest, highest = np.full(6, np.inf), np.full(6, -np.inf)
    lift, lifted, lift_from_s = np.zeros(2), 0, from_s
    count = known = 0
    trunk = front = total = squares = aside = high = 0.0
    frame = frames.first_frame_from(times_s, oldest, end, from_s)
    if frame >= end or times_s[frame % ring] - from_s > 0.15:
        return 0
    shown_s, before_s = 0.0, from_s
    while frame < end and times_s[frame % ring] <= until_s:
        at = frame % ring
        count += 1
        shown_s += min(times_s[at] - before_s, SHOWS_S)
        before_s = times_s[at]
        tilt = smooth[at, channels.TILT]
        if not math.isnan(tilt):
            known += 1
            trunk += raw[at, channels.TRUNK_LENGTH]
            front += raw[at, channels.FRONTALITY]
            total += tilt
            squares += tilt * tilt
            ankles_x = (smooth[at, channels.ANKLE_X] + smooth[at, channels.ANKLE_X + channels.LEG]) / 2.0
            ankles_y = (smooth[at, channels.ANKLE_Y] + smooth[at, channels.ANKLE_Y + channels.LEG]) / 2.0
            aside += smooth[at, channels.SHOULDERS_X] - ankles_x
            high += ankles_y - smooth[at, channels.SHOULDERS_Y]
            for i in range(4):
                value = smooth[at, watched[i]]
                lowest[i] = min(lowest[i], value)
                highest[i] = max(highest[i], value)
            lifted += 1
            for i in range(2):
                lift[i] += smooth[at, watched[4 + i]]
            if times_s[at] - lift_from_s >= lift_s:
                for i in range(2):
                    lowest[4 + i] = min(lowest[4 + i], lift[i] / lifted)
                    highest[4 + i] = max(highest[4 + i], lift[i] / lifted)
                    lift[i] = 0.0
                lifted, lift_from_s = 0, times_s[at]
        frame += 1
    shown_s += min(until_s - before_s, SHOWS_S)
    if known < 10 or known < 0.8 * count or shown_s < 0.9 * (until_s - from_s):
        return 0
    if front / known < FRONTAL_FLOOR:
        return 0
    for i in range(6):
        allowed = SWAY_TRUNKS if i < 4 else LIFT_TRUNKS
        if not highest[i] - lowest[i] <= allowed * trunk / known:
            return 0
    level_out[0] = total / known
    level_out[1] = math.sqrt(max(squares / known - level_out[0] ** 2, 0.0))
    level_out[2] = geometry.upright_deg(0.0, 0.0, aside, -high)
    return 1


class StridesState(msgspec.Struct, frozen=True):
    """Midstance (s), mean tilt and mean upright (deg) of the last steps in a row, and of whole strides before it."""

    steps: tuple[tuple[float, float, float], ...]
    before: tuple[tuple[float, float, float], ...] = ()


class StrideLevel:
    """Mean tilt and upright over the last whole strides, for a run without calibration."""

    __slots__ = ("_before", "_steps")

    def __init__(self, state: StridesState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._steps: list[tuple[float, float, float]] = list(state.steps) if state else []
        self._before: list[tuple[float, float, float]] = list(state.before) if state else []

    def state(self) -> StridesState:
        """All of it, for a successor."""
        return StridesState(tuple(self._steps), tuple(self._before))

    def interrupt(self) -> None:
        """The next step may be of either leg. What is level stays so: a runner who pauses does not turn the camera."""
        self._before = self._whole()
        self._steps.clear()

    def _whole(self) -> list[tuple[float, float, float]]:
        """The steps of the last whole strides: two in a row each, for one alone would tilt the mean to its side."""
        whole = self._steps[len(self._steps) % 2 :]
        return [*self._before, *whole][-2 * MOST_STRIDES :]

    def add(self, midstance_s: float, mean_tilt_deg: float, mean_upright_deg: float) -> None:
        """Take the means of the step that ended at this midstance; an unknown tilt ends the row."""
        if math.isnan(mean_tilt_deg):
            self.interrupt()
            return
        self._steps.append((midstance_s, mean_tilt_deg, mean_upright_deg))
        del self._steps[: -2 * MOST_STRIDES]

    def level(self, strides: int = STRIDES_FOR_LEVEL) -> Level | None:
        """The level line, or None while there were fewer whole strides than asked for."""
        used = self._whole()
        if len(used) < 2 * strides or not used:
            return None
        per_stride = [(used[i][1] + used[i + 1][1]) / 2 for i in range(0, len(used), 2)]
        mean = sum(per_stride) / len(per_stride)
        spread = math.sqrt(sum((value - mean) ** 2 for value in per_stride) / max(len(per_stride) - 1, 1))
        uprights = [upright for _, _, upright in used if not math.isnan(upright)]
        upright = sum(uprights) / len(uprights) if uprights else None
        return Level(mean, spread, used[0][0], used[-1][0], calibrated=False, upright_deg=upright)
