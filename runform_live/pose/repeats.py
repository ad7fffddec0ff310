"""Whether a picture only repeats the one before it: then it shows nothing of its own moment.

Cameras, recorders and converters fill in lost frames with the last picture: single ones, every second one (30 pictures a second stored as
60), or many in a row. After another encoding a repeat is nearly, not exactly, the same picture.

The runner tells them apart. Somebody who runs changes in the picture from each frame to the next, and nobody stops from one frame to the
next. So a picture is a repeat where the change suddenly falls to next to nothing. For somebody who stands, or whom a belt slows down,
the change was small before or falls over many frames. Measured on rendered runners: the mean change inside of the runner's box is 3 to 10
grey levels a frame while running and never under 0.44 of its median, and 0.2 to 0.6 while standing. A repeat changes by 0 at first,
and by 0.55 at most after another encoding (H.264, crf 23 and 30).
"""

from __future__ import annotations

import math
from statistics import median

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import known_box, pair, trunk_px
from runform_live.handover import WrittenArray
from runform_live.messages import Picture
from runform_live.pose.timing import SLACK_S, elapsed_s

Box = tuple[int, int, int, int]  # left, top, right, bottom (px)


class RepeatsState(msgspec.Struct, frozen=True):
    """All that `Repeats` knows.

    Of the last new picture: its time (s), the runner's box in it, what was there (96, 48; its green), and whether the feet were level.
    `before_s`: time of the last picture of all. `changes` (n, 2): for the last new pictures, how long before the newest each was (s; a
    longer gap counts for 0.1 s), and its change (grey levels a second).
    """

    time_s: float
    before_s: float
    box: Box | None
    small: WrittenArray | None
    level_feet: bool
    changes: WrittenArray


REPEAT_SHARE = 0.22  # of the usual change: less is a repeat
LEAST_MOTION = 30.0  # grey levels a second: standing changes by 15, running by 190
MOTION_S = 0.3  # of pictures before tell the usual change
# Somebody may really stand perfectly still, in a film without noise that was cut: where both feet are level, a repeat is believed only so long.
STANDS_S = 1.0
# The usual change: more is another scene, or a camera that was covered or moved. Of runners it was 3.5 at most
CUT_TIMES = 5.0
# Of the largest change: less is a repeat that could not be told yet, and says nothing of the motion
NO_MOTION_SHARE = 0.15
FEWEST_CHANGES = 3  # that make a motion; one is a camera that was pushed, or a light that was switched on


class Repeats:
    """Ask `is_repeat` before a picture is looked at, and `remember` it afterwards with its landmarks, unless it is a repeat."""

    __slots__ = ("_before_s", "_box", "_changes", "_level_feet", "_now", "_small", "_time_s")

    def __init__(self, state: RepeatsState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._box: Box | None
        self._small: Picture | None
        self._changes: list[tuple[float, float]]
        self._now: Picture | None = None  # in the box, of the picture that is being looked at
        if state is None:
            self._before_s = math.nan
            self.forget()
            return
        self._time_s, self._before_s, self._box = state.time_s, state.before_s, state.box
        self._small = None if state.small is None else state.small.array()
        self._level_feet = state.level_feet
        self._changes = [(age_s, change) for age_s, change in state.changes.array().tolist()]

    def state(self) -> RepeatsState:
        """All of it, for a successor; between a picture's `remember` and the next one's `is_repeat`."""
        small = None if self._small is None else WrittenArray.of(self._small)
        changes = WrittenArray.of(np.array(self._changes).reshape(-1, 2))
        return RepeatsState(self._time_s, self._before_s, self._box, small, self._level_feet, changes)

    def forget(self) -> None:
        """Nobody is followed, or somebody else, or the picture has another size."""
        self._time_s = math.nan
        self._box = self._small = self._now = None
        self._level_feet = False
        self._forget_motion()

    def _forget_motion(self) -> None:
        """What moved before says nothing of what is shown from now on."""
        self._changes = []

    def is_repeat(self, picture: Picture, time_s: float) -> bool:
        """Whether a picture (height, width, 3; BGR) of that time shows what the last new one shows."""
        passed_s, gap_s, self._before_s = elapsed_s(self._before_s, time_s), time_s - self._before_s, time_s
        self._now = None
        if gap_s > MOTION_S:  # without any picture: a runner can have stopped meanwhile
            self._forget_motion()
        if self._small is None or self._box is None:
            return False
        self._now = _shrunk(picture, self._box)
        change, usual = _change(self._now, self._small), self._usual_change()
        # Compared over one frame, however long ago the last new picture was: the change only grows.
        if usual >= LEAST_MOTION and change < REPEAT_SHARE * usual * passed_s:
            if not (self._level_feet and time_s - self._time_s >= STANDS_S - SLACK_S):
                return True
            self._forget_motion()
        self._add_change(change, usual, time_s)
        return False

    def _add_change(self, change: float, usual: float, time_s: float) -> None:
        """Take the change of a new picture, unless it is of another scene."""
        assert self._now is not None and self._small is not None
        since_s = elapsed_s(self._time_s, time_s)
        # Together with the light's change: a camera that was covered shows something of one colour.
        in_all = float(cv2.absdiff(self._now, self._small).mean())
        if usual > 0.0 and in_all > CUT_TIMES * usual * max(since_s, 1e-3):
            self._forget_motion()
            return
        aged = ((age_s + since_s, before) for age_s, before in self._changes)
        self._changes = [one for one in aged if one[0] <= MOTION_S]
        self._changes.append((0.0, change / max(since_s, 1e-3)))

    def _usual_change(self) -> float:
        """Of the last new pictures (grey levels a second); 0 where it is not known."""
        least = NO_MOTION_SHARE * max((change for _, change in self._changes), default=0.0)
        motion = [change for _, change in self._changes if change >= least]
        return median(motion) if len(motion) >= FEWEST_CHANGES else 0.0

    def remember(self, picture: Picture, landmarks: npt.NDArray[np.float64], time_s: float) -> None:
        """Take the landmarks (landmarks, 3: x_px, y_px, sigma_px) of a picture that was no repeat."""
        wanted = _box_of(landmarks)
        if wanted is None:
            self.forget()
            return
        if self._box is None or self._now is None or not _fits(wanted, self._box):
            self._box = _with_margin(wanted, picture.shape)
            self._now = None if self._box is None else _shrunk(picture, self._box)
        self._small, self._time_s = self._now, time_s
        self._level_feet = _feet_are_level(landmarks)

    @property
    def brightness(self) -> float:
        """Of the runner's box in the last new picture, 0..1; NaN where there is none."""
        return math.nan if self._small is None else float(self._small.mean()) / 255


MARGIN = 0.12  # of the box beyond the landmarks, in its height
MOST_AREA = 2.0  # of the box: so many times what is needed


def _box_of(landmarks: npt.NDArray[np.float64]) -> Box | None:
    """The box of all known landmarks."""
    box = known_box(landmarks)
    return None if box is None else (int(box[0]), int(box[1]), int(box[2]) + 1, int(box[3]) + 1)


def _with_margin(box: Box, shape: tuple[int, ...]) -> Box | None:
    """The larger box inside of the picture (height, width, ...); None where nothing of it is there."""
    margin = int(MARGIN * (box[3] - box[1]))
    left, top = max(box[0] - margin, 0), max(box[1] - margin, 0)
    right, bottom = min(box[2] + margin, shape[1]), min(box[3] + margin, shape[0])
    return (left, top, right, bottom) if right - left >= 4 and bottom - top >= 4 else None


def _fits(wanted: Box, box: Box) -> bool:
    """Whether a box still holds somebody, and is not much too large."""
    inside = wanted[0] >= box[0] and wanted[1] >= box[1] and wanted[2] <= box[2] and wanted[3] <= box[3]
    margin = 2 * MARGIN * (wanted[3] - wanted[1])
    needed = (wanted[2] - wanted[0] + margin) * (wanted[3] - wanted[1] + margin)
    return inside and (box[2] - box[0]) * (box[3] - box[1]) <= MOST_AREA * needed


SMALL_PX = (48, 96)  # width and height to which the runner's box is averaged


def _shrunk(picture: Picture, box: Box) -> Picture:
    """What is in a box, small and in one colour. More rows, columns and colours would only take time."""
    left, top, right, bottom = box
    down, across = max((bottom - top) // (2 * SMALL_PX[1]), 1), max((right - left) // (3 * SMALL_PX[0]), 1)
    green = cv2.extractChannel(picture[top:bottom:down, left:right], 1)[:, ::across]
    return np.asarray(cv2.resize(np.ascontiguousarray(green), SMALL_PX, interpolation=cv2.INTER_AREA), dtype=np.uint8)


MOST_GAIN = 1.25  # of a light that flickers, from picture to picture; what changes by more is another scene


def _change(now: Picture, before: Picture) -> float:
    """Mean change (grey levels) of what is there, without that of the light."""
    mean, spread = cv2.meanStdDev(now)
    mean_before, spread_before = cv2.meanStdDev(before)
    gain = min(max(spread[0, 0] / max(spread_before[0, 0], 1e-3), 1.0 / MOST_GAIN), MOST_GAIN)
    expected = cv2.convertScaleAbs(before, alpha=gain, beta=mean[0, 0] - gain * mean_before[0, 0])
    return float(cv2.absdiff(now, expected).mean())


LEVEL_FEET_TRUNKS = 0.12


def _feet_are_level(landmarks: npt.NDArray[np.float64]) -> bool:
    """Whether both ankles are at one height, as of somebody who stands."""
    left, right = landmarks[pair("ankle"), 1]
    return bool(abs(left - right) < LEVEL_FEET_TRUNKS * trunk_px(landmarks))
