"""The one detector of standing still. The level line of a session and the reference picture of the optical flow both follow its decision.

Somebody stands quietly while five things hold:

- Hips and shoulders do not sway, and the shoulders do not sink.
- Each ankle stays within a small box. Means over 0.3 s are looked at: a foot is lifted for longer than that, while a network's estimate of a
  dark shoe jumps from frame to frame.
- Both feet are on the ground. Nobody is level on one leg.
- The person is seen from behind or in front.
- The landmarks are known in most of the time. A lost frame, or a tenth of a second, does not end a stand.

Frames are summed in blocks of a tenth of a second of the clock, so that a stand is the same at 24 frames per second and at 240.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import body
from runform_live.body import FRONTAL_FLOOR
from runform_live.handover import WrittenArray
from runform_live.messages import Standing
from runform_live.pose.timing import elapsed_s

BLOCKS_HZ = 10
MEAN_BLOCKS = 3
LONGEST_BLOCKS = 60  # whoever stands for longer may drift out of the box of the first second
SETTLE_S = 0.2  # the newest blocks may hold the first movement already
# The box, in trunk lengths. Within 3 s, rendered people who stand sway by 0.05 to 0.07, and a real one by 0.03. Their shoulders and ankles rise
# by 0.01 to 0.02, the ankles in wide dark trousers by 0.06. A man who steps in place sways by 0.12, or lifts a foot by 0.06 (means of 0.3 s).
SWAY_TRUNKS = 0.12  # hips, shoulders and ankles, sideways
RISE_TRUNKS = 0.06  # shoulders and ankles, up and down
STILL_BLOCKS, STILL_SHARE = 5, 0.5  # in half a second, half of the box
# Between the heights of the ankles: 0.02 at most in those stands, 0.4 with a foot behind the other knee.
ONE_LEG_TRUNKS = 0.2
KNOWN_SHARE = 0.8  # of the time

# The columns of a block are sums over its known frames. Places: hips x; shoulders, left ankle and right ankle, x and y of each.
_FRAMES, _TIME_S, _TRUNK, _SHOULDER_WIDTH, _PLACES = 0, 1, 2, 3, slice(4, 11)
_LEFT_ANKLE_Y, _RIGHT_ANKLE_Y = 8, 10
_COLUMNS = 11
_ROWS = [*body.pair("shoulder"), *body.pair("hip"), *body.pair("ankle")]
_BOX_TRUNKS = np.array([SWAY_TRUNKS, *3 * [SWAY_TRUNKS, RISE_TRUNKS]])

# Sums (spans, columns) over the spans of 1, 2, 3, ... blocks that end now.
Spans = npt.NDArray[np.float64]


class StandState(msgspec.Struct, frozen=True):
    """All that a `StandDetector` knows.

    closed: blocks (blocks, columns), oldest first. open: the sums of the newest block, and `number` its place on the clock (None: no frame
    came yet). newest_s: time of the newest frame (NaN: none). counts_from: the first block that counts. stands_from: the first block of the
    stand that goes on (None: nobody stands). is_still: whether nobody moved in the newest closed blocks.
    """

    closed: WrittenArray
    open: WrittenArray
    number: int | None
    newest_s: float
    counts_from: int
    stands_from: int | None
    is_still: bool


class StandDetector:
    """Push one frame after the other."""

    __slots__ = ("_closed", "_counts_from", "_is_still", "_newest_s", "_number", "_open", "_stands_from")

    def __init__(self, state: StandState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._number: int | None
        self._stands_from: int | None
        if state is None:
            self.forget()
            return
        self._closed, self._open, self._number = state.closed.array(), state.open.array(), state.number
        self._newest_s, self._counts_from = state.newest_s, state.counts_from
        self._stands_from, self._is_still = state.stands_from, state.is_still

    def state(self) -> StandState:
        """All of it, for a successor."""
        return StandState(
            closed=WrittenArray.of(self._closed),
            open=WrittenArray.of(self._open),
            number=self._number,
            newest_s=self._newest_s,
            counts_from=self._counts_from,
            stands_from=self._stands_from,
            is_still=self._is_still,
        )

    def forget(self) -> None:
        """Begin anew: the camera looks from elsewhere, or somebody else may come."""
        self._closed, self._open = np.empty((0, _COLUMNS)), np.zeros(_COLUMNS)
        self._number = None
        self._newest_s = math.nan
        self._counts_from = 0
        self._stands_from = None
        self._is_still = False

    def ask(self) -> None:
        """A person asks for a stand: what was before this moment does not count."""
        self._stands_from = None
        self._counts_from = 0 if self._number is None else self._number + 1

    def push(self, time_s: float, landmarks: npt.NDArray[np.float64]) -> None:
        """Take a frame that is later than the one before, and is no repeat of it.

        landmarks (landmarks, 3: x_px, y_px, sigma_px): with the motion of the camera taken back; NaN where they are not known.
        """
        number = math.floor(time_s * BLOCKS_HZ)
        if self._number is None:
            self._number = number
        if number > self._number:
            self._close_block(number)
        sums = _sums(landmarks, elapsed_s(self._newest_s, time_s))
        self._newest_s = time_s
        if np.isfinite(sums).all():
            self._open += sums

    @property
    def still(self) -> bool:
        """Whether nobody has moved in the last half second, seen from any side and on any foot. It ends sooner than a stand does."""
        return self._is_still

    @property
    def standing(self) -> Standing | None:
        """The stand that goes on; None where nobody stands, or not for long enough yet."""
        return None if self._stands_from is None else self._since(self._stands_from)

    def _since(self, block: int) -> Standing:
        assert self._number is not None
        return Standing(block / BLOCKS_HZ, self._number / BLOCKS_HZ - SETTLE_S)

    def _close_block(self, number: int) -> None:
        """End the newest block; the frame that comes belongs to the block of that number. Blocks in between had no frame."""
        assert self._number is not None
        lost = min(number - self._number - 1, LONGEST_BLOCKS)
        self._closed = np.vstack([self._closed, self._open, np.zeros((lost, _COLUMNS))])[-LONGEST_BLOCKS:]
        self._open, self._number = np.zeros(_COLUMNS), number
        spans = np.cumsum(self._closed[::-1], axis=0)
        extent = _extent(spans)
        self._is_still = len(extent) >= STILL_BLOCKS and bool(extent[STILL_BLOCKS - 1] <= STILL_SHARE)
        quiet = ((extent <= 1.0) & _is_seen_on_both_feet(spans))[: max(number - self._counts_from, 0)]
        if self._stands_from is None:
            self._begin_stand(quiet)
        elif not quiet[min(number - self._stands_from, len(quiet)) - 1]:
            # The next stand begins after this movement. One that began just late enough to fit would hold the start of the movement.
            self._stands_from, self._is_still = None, False
            self._closed = self._closed[:0]

    def _begin_stand(self, quiet: npt.NDArray[np.bool_]) -> None:
        """A stand begins with the longest quiet span that begins with a known frame, once that is long enough. quiet (spans): which are."""
        assert self._number is not None
        spans = np.flatnonzero(quiet & (self._closed[::-1][: len(quiet), _FRAMES] > 0.0))
        if len(spans):
            first = self._number - int(spans[-1]) - 1
            if self._since(first).is_enough:
                self._stands_from = first


def _sums(landmarks: npt.NDArray[np.float64], lasts_s: float) -> npt.NDArray[np.float64]:
    """What a frame that lasts so long adds to the sums of its block (columns)."""
    places: list[list[float]] = landmarks[_ROWS, :2].tolist()
    (left_x, left_y), (right_x, right_y), left_hip, right_hip, left_ankle, right_ankle = places
    shoulders_y = (left_y + right_y) / 2
    trunk_px = (left_hip[1] + right_hip[1]) / 2 - shoulders_y
    hips_x, shoulders_x = (left_hip[0] + right_hip[0]) / 2, (left_x + right_x) / 2
    widths = trunk_px, abs(right_x - left_x)
    return np.array([1.0, lasts_s, *widths, hips_x, shoulders_x, shoulders_y, *left_ankle, *right_ankle])


def _extent(spans: Spans) -> npt.NDArray[np.float64]:
    """How far the places wander in each span (spans), as a share of the box; NaN where it is not known, as in the shortest spans."""
    out = np.full(len(spans), np.nan)
    before = np.vstack([np.zeros(_COLUMNS), spans])
    windows = spans[MEAN_BLOCKS - 1 :] - before[: max(len(spans) - MEAN_BLOCKS + 1, 0)]
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # windows without a known frame are NaN, and so are all spans that hold them
        places = windows[:, _PLACES] / windows[:, [_FRAMES]]
        trunk_px = spans[MEAN_BLOCKS - 1 :, [_TRUNK]] / spans[MEAN_BLOCKS - 1 :, [_FRAMES]]
        wandered_px = np.maximum.accumulate(places) - np.minimum.accumulate(places)
        out[MEAN_BLOCKS - 1 :] = (wandered_px / (_BOX_TRUNKS * trunk_px)).max(axis=1)
    return out


def _is_seen_on_both_feet(spans: Spans) -> npt.NDArray[np.bool_]:
    """Whether the landmarks of each span (spans) are known often enough, from behind or in front, with both feet on the ground."""
    lasted_s = np.arange(1, len(spans) + 1) / BLOCKS_HZ
    trunk_px = spans[:, _TRUNK]
    feet_apart_px = np.abs(spans[:, _LEFT_ANKLE_Y] - spans[:, _RIGHT_ANKLE_Y])
    is_known = spans[:, _TIME_S] >= KNOWN_SHARE * lasted_s
    is_frontal = spans[:, _SHOULDER_WIDTH] >= FRONTAL_FLOOR * trunk_px
    return np.asarray(is_known & is_frontal & (feet_apart_px <= ONE_LEG_TRUNKS * trunk_px))
