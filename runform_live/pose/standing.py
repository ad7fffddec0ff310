"""Standing still is one picture: what a network sees wrong in it would be the level line of a whole run.

So the run says as well where level is: the tilt that the network reads when the picture of the pelvis has turned by nothing since
standing. Where level lies for a runner in motion is between the two (gait/level.py); the landmarks stay as they were seen.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import hip_width_px, is_frontal, middle, pair, tilt_deg, trunk_px
from runform_live.camera_motion import STILL, CameraMotion
from runform_live.handover import Array
from runform_live.messages import LevelInMotion, Picture
from runform_live.pose.timing import SLACK_S, Timer, reached
from runform_live.pose.turning import Turning, TurningState

FIRST_S = 0.4  # without a movement; no phase of running is that long
AGAIN_S = 2.0  # until another stand renews the picture: as deliberate as a calibration
SWAY_TRUNKS = 0.08  # hips sideways, shoulders up and down, ankles in both directions
# A movement lasts longer: means over these leave out what dark shoes or armour make a network's landmarks jump by from frame to frame.
STEADY_S = 8 / 30
EVERY_S = 4 / 30  # of a runner in motion the turn is looked for
MEMORY_S = 40.0  # of motion that counts
FEW = 5.0  # looks that count as half of many
# Of 150 rendered runners (models/frontal/clips/level.py) the flow sees this share of a turn, whatever each of them wears: a share fitted
# to the one runner is noisier than that.
GAIN = 0.80
# By a new picture of standing: what an older one told was of another stand, or of somebody else.
NOTHING_TOLD = LevelInMotion(0.0, trust=0.0)


def sigma_deg(landmarks: npt.NDArray[np.float64]) -> float:
    """The network's sigma of the hip line's tilt as the weights of `level_by_flow` take it: for small angles, without a bound."""
    return math.degrees(math.hypot(*landmarks[pair("hip"), 2]) / max(hip_width_px(landmarks), 1.0))


def level_by_flow(looks: float, levels: float, squares: float, variances: float) -> LevelInMotion:
    """Where the flow says that level is, and how much of its word against the network's is believed.

    From the sums over some looks of 1, of the tilt that would be level by this look alone, of its square, and of the network's
    variance. Both are joined by their variances (as independent measurements are): the network tells its own, the flow's is how
    its looks scatter about the network's - cloth that slips, or a sleeve that passes by, turns now more and now less than a pelvis.
    """
    level = levels / looks
    doubt = variances / looks
    scatter = (max(squares - looks * level * level, 0.0) + FEW * doubt) / (looks + FEW)  # few looks scatter by chance
    return LevelInMotion(level, looks / (looks + FEW) * doubt / max(doubt + scatter, 1e-9))


class StandingState(msgspec.Struct, frozen=True):
    """All that `StandingLine` knows.

    The picture of standing, and how far the camera had turned by then; the camera's place; sums (4) of the looks at the flow, and
    the motion since the last one that was due; ages (n, s) and places (n, 6; px) of the newest frames; of the stand that may be going
    on: how long it has lasted, whether it gave its picture, and the box (6; px) that it has kept to; what the look at this frame
    said (deg; None: there was none).
    """

    turning: TurningState | None
    camera_deg: float
    place: int
    sums: Array
    moved_s: float
    ages_s: Array
    newest_px: Array
    still_s: float
    gave: bool
    lowest_px: Array
    highest_px: Array
    look_deg: float | None


class StandingLine:
    """Follows one runner from frame to frame."""

    __slots__ = (
        "_ages_s",
        "_camera_deg",
        "_gave",
        "_highest",
        "_look_deg",
        "_looking",
        "_lowest",
        "_newest_px",
        "_place",
        "_still_s",
        "_sums",
        "_turning",
    )

    def __init__(self, state: StandingState | None = None) -> None:
        self._look_deg = state.look_deg if state else None  # of this frame
        if state is None:
            self._turning = Turning()
            self._place = STILL.place
            self.forget()
            return
        self._turning, self._camera_deg, self._place = Turning(state.turning), state.camera_deg, state.place
        self._sums, self._looking = state.sums.array(), Timer(state.moved_s)
        self._ages_s, self._newest_px = state.ages_s.array(), state.newest_px.array()
        self._still_s, self._gave = state.still_s, state.gave
        self._lowest, self._highest = state.lowest_px.array(), state.highest_px.array()

    def state(self) -> StandingState:
        return StandingState(
            self._turning.state(), self._camera_deg, self._place, Array.of(self._sums), self._looking.waited_s,
            Array.of(self._ages_s), Array.of(self._newest_px), self._still_s, self._gave, Array.of(self._lowest),
            Array.of(self._highest), self._look_deg,
        )  # fmt: skip

    def forget(self) -> None:
        """Somebody else may be next."""
        self._turning.forget()
        self._camera_deg = 0.0  # turned by that, when the picture of standing was taken
        self._sums = np.zeros(4)  # as level_by_flow takes them
        self._looking = Timer()
        self._ages_s, self._newest_px = np.empty(0), np.empty((0, 6))  # what a stand is told by, in the last frames
        self._begin()

    def _begin(self) -> None:
        """Of a stand."""
        self._still_s = 0.0
        self._gave = False  # the picture of standing
        self._lowest, self._highest = np.full(6, np.inf), np.full(6, -np.inf)

    def follow(
        self,
        picture: Picture,
        landmarks: npt.NDArray[np.float64],
        elapsed_s: float,
        camera: CameraMotion = STILL,
        hurried: bool = False,
    ) -> None:
        """Take a frame (BGR) with its landmarks (landmarks, 3: x_px, y_px, sigma_px), and how the camera has moved.

        elapsed_s: what the frame stands for. hurried: the flow, which takes longest, is looked at half as often.
        """
        self._look_deg = None
        if camera.place != self._place:
            self._place = camera.place
            self.forget()
        steady = camera.taken_back(landmarks)
        tilt = tilt_deg(steady)
        if not math.isfinite(tilt):
            self._begin()
            return
        if self._stands(steady, elapsed_s):
            self._stand(picture, landmarks, camera.turn_deg)
            return
        every_s = 2 * EVERY_S if hurried else EVERY_S
        if self._looking.tick(elapsed_s, every_s) and self._turning.knows_standing:
            turn = self._turning.turn_deg(picture, landmarks) - (camera.turn_deg - self._camera_deg)
            if math.isfinite(turn):
                self._sums *= 1.0 - every_s / MEMORY_S
                level = self._look_deg = tilt - turn / GAIN
                self._sums += (1.0, level, level * level, sigma_deg(landmarks) ** 2)

    def watch(self, landmarks: npt.NDArray[np.float64], elapsed_s: float, camera: CameraMotion = STILL) -> None:
        """Take a frame in which something covers the pelvis: it tells whether somebody still stands, and nothing of level."""
        self._look_deg = None
        if camera.place == self._place:
            self._stands(camera.taken_back(landmarks), elapsed_s)

    @property
    def stands(self) -> bool:
        """Whether somebody has stood still until now."""
        return reached(self._still_s, FIRST_S)

    @property
    def level(self) -> LevelInMotion | None:
        """Where level is in motion; None without a picture of standing."""
        if not self._turning.knows_standing:
            return None
        if self._sums[0] < 1.0:
            return NOTHING_TOLD
        return msgspec.structs.replace(level_by_flow(*map(float, self._sums)), look_deg=self._look_deg)

    def _stands(self, landmarks: npt.NDArray[np.float64], elapsed_s: float) -> bool:
        """Whether hips, shoulders and ankles have kept their places since they last moved, seen from behind or in front."""
        hips, shoulders = middle(landmarks, "hip"), middle(landmarks, "shoulder")
        now_px = np.array([hips[0], shoulders[1], *landmarks[pair("ankle"), :2].ravel()])
        ages_s = self._ages_s + elapsed_s
        newest = ages_s < STEADY_S - SLACK_S
        self._ages_s = np.append(ages_s[newest], 0.0)
        self._newest_px = np.vstack([self._newest_px[newest], now_px])
        places = np.mean(self._newest_px, axis=0)
        lowest, highest = np.minimum(self._lowest, places), np.maximum(self._highest, places)
        sways = not (highest - lowest <= SWAY_TRUNKS * trunk_px(landmarks)).all()
        if sways or not is_frontal(landmarks):  # NaN is no standing either
            self._begin()
            return False
        self._lowest, self._highest = lowest, highest
        self._still_s += elapsed_s
        return reached(self._still_s, FIRST_S)

    def _stand(self, picture: Picture, landmarks: npt.NDArray[np.float64], camera_deg: float) -> None:
        if not self._turning.knows_standing or (reached(self._still_s, AGAIN_S) and not self._gave):
            self._turning.remember(picture, landmarks)
            self._camera_deg = camera_deg
            self._sums = np.zeros(4)
            self._gave = True
