"""Which tilt of the hip line is level for a runner in motion, by the optical flow since a stand.

A stand shows one picture. What a network misreads in it would be the level line of a whole run, and a network may misread a body in motion
otherwise than one that stands. The flow tells by how much the pelvis has turned since the stand, and what the network reads beyond that turn is
its change of error. Where level lies is between the two instruments (gait/level). The landmarks stay as they were seen.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import hip_width_px, pair, tilt_deg
from runform_live.camera_motion import STILL, CameraMotion
from runform_live.handover import WrittenArray
from runform_live.messages import FlowLevel, Picture, Standing
from runform_live.pose.timing import Timer
from runform_live.pose.turn import PelvisTurn, Reference

EVERY_S = 4 / 30  # between two looks at a runner in motion
MEMORY_S = 40.0  # of motion that counts
FEW_LOOKS = 5.0  # so many have half of the weight of many
# The share of a turn that the flow sees, of 150 rendered runners (models/frontal/clips/level.py) whatever each of them wears. A share that is
# fitted to the one runner is noisier than that.
SEEN_SHARE = 0.80
# Before the first look since a stand. What an older picture told was of another stand, or of somebody else.
NO_LOOK = FlowLevel(0.0, weight=0.0)


def sigma_deg(landmarks: npt.NDArray[np.float64]) -> float:
    """The network's sigma of the hip line's tilt as the weights of `joined` take it: for small angles, without a bound."""
    return math.degrees(math.hypot(*landmarks[pair("hip"), 2]) / max(hip_width_px(landmarks), 1.0))


def joined(looks: float, levels: float, squares: float, variances: float) -> FlowLevel:
    """Where some looks say that level is, and their weight against the network.

    From sums over the looks: of 1, of the tilt that is level by this look alone, of its square, and of the network's variance. Flow and network
    are weighted by the inverse of their variances, as independent measurements are. The network tells its own. That of the flow is how its looks
    scatter about the network: cloth that slips, or a sleeve that passes by, turns now more and now less than the pelvis.
    """
    level = levels / looks
    network = variances / looks
    flow = (max(squares - looks * level * level, 0.0) + FEW_LOOKS * network) / (
        looks + FEW_LOOKS
    )  # few looks scatter by chance
    return FlowLevel(level, looks / (looks + FEW_LOOKS) * network / max(network + flow, 1e-9))


class FlowLevelState(msgspec.Struct, frozen=True):
    """All that a `FlowLevelTracker` knows.

    The picture of the stand, when that stand began (s; NaN: no picture), and how far the camera had turned by then (deg); the sums (4) over the
    looks as `joined` takes them; the time since the last look was due; what the look at the newest frame said (deg; None: there was none).
    """

    reference: Reference | None
    stood_from_s: float
    camera_deg: float
    sums: WrittenArray
    waited_s: float
    look_deg: float | None
    line_stays: bool


class FlowLevelTracker:
    """Takes the picture of a stand, and looks at a runner in motion from time to time."""

    __slots__ = ("_camera_deg", "_line_stays", "_look_deg", "_stood_from_s", "_sums", "_timer", "_turn")

    def __init__(self, state: FlowLevelState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._turn = PelvisTurn(state.reference if state else None)
        self._look_deg = state.look_deg if state else None
        self._line_stays = state.line_stays if state else False
        if state is None:
            self.forget()
            return
        self._stood_from_s, self._camera_deg = state.stood_from_s, state.camera_deg
        self._sums, self._timer = state.sums.array(), Timer(state.waited_s)

    def state(self) -> FlowLevelState:
        """All of it, for a successor."""
        return FlowLevelState(
            reference=self._turn.state(),
            stood_from_s=self._stood_from_s,
            camera_deg=self._camera_deg,
            sums=WrittenArray.of(self._sums),
            waited_s=self._timer.waited_s,
            look_deg=self._look_deg,
            line_stays=self._line_stays,
        )

    def forget(self, line_stays: bool = False) -> None:
        """Forget the stand: somebody else may come, the camera looks from elsewhere, or a person asks for another stand.

        line_stays: the level line of that stand goes on. Then only a stand that is long enough to replace it gives a picture, so that
        line and picture are always of one stand.
        """
        self._line_stays = line_stays and (self._line_stays or self._turn.has_reference)
        self._turn.forget()
        self._stood_from_s = math.nan
        self._camera_deg = 0.0
        self._sums = np.zeros(4)
        self._timer = Timer()

    def stands(
        self, picture: Picture, landmarks: npt.NDArray[np.float64], standing: Standing, camera: CameraMotion = STILL
    ) -> None:
        """Take a frame (BGR) of somebody who stands: the picture of a first stand, or of one that is long enough to replace it."""
        self._look_deg = None
        is_second = self._turn.has_reference or self._line_stays
        if is_second and (not standing.replaces or standing.from_s == self._stood_from_s):
            return
        self._line_stays = False
        self._turn.remember(picture, landmarks)
        self._stood_from_s, self._camera_deg = standing.from_s, camera.turn_deg
        self._sums = np.zeros(4)

    def moves(
        self,
        picture: Picture,
        landmarks: npt.NDArray[np.float64],
        elapsed_s: float,
        camera: CameraMotion = STILL,
        hurried: bool = False,
    ) -> None:
        """Take a frame (BGR) of a runner in motion, with landmarks (landmarks, 3: x_px, y_px, sigma_px) as they are in it.

        elapsed_s: what the frame stands for. hurried: the flow, which takes longest, is looked at half as often.
        """
        self._look_deg = None
        every_s = 2 * EVERY_S if hurried else EVERY_S
        if not (self._timer.tick(elapsed_s, every_s) and self._turn.has_reference):
            return
        turned_deg = self._turn.turn_deg(picture, landmarks) - (camera.turn_deg - self._camera_deg)
        level_deg = tilt_deg(camera.taken_back(landmarks)) - turned_deg / SEEN_SHARE
        if math.isfinite(level_deg):
            self._look_deg = level_deg
            self._sums *= 1.0 - every_s / MEMORY_S
            self._sums += (1.0, level_deg, level_deg * level_deg, sigma_deg(landmarks) ** 2)

    def skip(self) -> None:
        """Take a frame that is not looked at: something covers the pelvis, or the runner pauses for too short a time for a stand."""
        self._look_deg = None

    @property
    def level(self) -> FlowLevel | None:
        """Where level is in motion; None without a picture of a stand."""
        if not self._turn.has_reference:
            return None
        if self._sums[0] < 1.0:
            return NO_LOOK
        return msgspec.structs.replace(joined(*map(float, self._sums)), look_deg=self._look_deg)
