"""How far the camera stands to the side of the runner's heading, with the standard deviation of that, and what it withholds.

Each stride tells the sine of the angle twice, by the ankles and by the knees (`oblique_signs.py`). Both are joined by their variances. Each
variance holds the scatter of the last strides, what the runner's own sides differ by, and how little the swing fore and aft is known.

What an angle does to the figures, for two real runners with exact points (`python -m tests.peers.oblique`):

- The pelvis line is seen shorter, so the drop looks larger by 1 / cos(angle). This is taken back, as long as the upper end of the angle's
  interval stays under a limit.
- The bend of hip and knee, and the forward lean of the trunk, are seen in part from the side. At 15 deg hip adduction is 5 deg off, one way on
  the left and the other way on the right. So hip adduction, knee valgus and trunk lean are withheld.

An angle that reads small withholds nothing, but its standard deviation widens the intervals of all these figures
(`uncertainty/camera_angle.py`). It is large where a network exchanges the legs.

Somebody who jogs or steps on the spot hardly swings the legs fore and aft, so nothing swings across from whichever angle. Where the strides do not
show that the legs swing, only a swing across tells an angle. None leaves the angle unknown, with the standard deviation of usual places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from runform_live.gait.oblique_signs import Sine, StrideSigns, swings
from runform_live.gait.uncertainty.camera_angle import OBLIQUE_DEG, USUAL_SD_DEG
from runform_live.gait.uncertainty.statistics import Z95
from runform_live.messages import Gait

FEWEST_STRIDES, MOST_STRIDES = 2, 10  # the last ones, each half over the one before
STRIDES_ASKED = 6  # the first two steps of a row have no stride yet
SURELY_DEG = 5.0  # a camera is oblique with the lower end of the interval here, too: by eye, a camera is placed no straighter than that
STRAIGHT_DEG = 6.0  # below, a camera that stood obliquely no longer does: so noise does not withhold every other stance
TOO_OBLIQUE_DEG = 22.0  # with the upper end of an oblique camera's interval here, the drop is withheld as well
NOT_TOO_OBLIQUE_DEG = 20.0
MANY_SHARE = 0.2  # of the stances, with angles that are withheld: that is said of the recording


class PersonDoubt(msgspec.Struct, frozen=True):
    """How wrong a sign is for one person: what it shows of a straight camera, and the share by which the swing may differ."""

    offset: float
    share: float


# Running: see tests/peers/oblique.py. The swing of rendered runners' knees is a quarter smaller than by their lift, that of real ones is not.
ANKLE_DOUBT: dict[Gait, PersonDoubt] = {"run": PersonDoubt(0.03, 0.10), "walk": PersonDoubt(0.03, 0.18)}
KNEE_DOUBT: dict[Gait, PersonDoubt] = {"run": PersonDoubt(0.04, 0.25), "walk": PersonDoubt(0.04, 0.25)}
SLOW_SHARE = 0.5  # of how much shorter a slow walker's swing is by the cadence: so much of it may be wrong
STRIDE_SD, USUAL_STRIDES = 0.03, 2.0  # the usual scatter of single strides counts as so many of them


class CameraAngle(msgspec.Struct, frozen=True):
    """How far the camera stands to the side (deg, 0 to 90), as far as the strides tell, and what is withheld for it.

    NaN: nothing but the usual tells the angle.
    """

    angle_deg: float = math.nan
    sd_deg: float = USUAL_SD_DEG
    low_deg: float = math.nan  # of the 95% interval
    high_deg: float = math.nan
    oblique: bool = False  # hip adduction, knee valgus and trunk lean are withheld
    too_oblique: bool = False  # the drop is withheld as well

    @property
    def cosine(self) -> float:
        """By which the pelvis line is seen shorter; 1 where that is not taken back."""
        return math.cos(math.radians(min(self.angle_deg, TOO_OBLIQUE_DEG))) if self.oblique else 1.0


NO_ANGLE = CameraAngle()


class ObliqueState(msgspec.Struct, frozen=True):
    """The last strides, and what they led to."""

    strides: tuple[StrideSigns, ...] = ()
    asked: int = 0  # strides, whether they told or not
    camera: CameraAngle = NO_ANGLE
    measured: int = 0  # stances
    withheld: int = 0  # stances of them without some angles
    since_s: float = -math.inf  # an earlier stride was seen from elsewhere, or in part


class ObliqueView:
    """Push one stride after the other."""

    __slots__ = ("_state",)

    def __init__(self, state: ObliqueState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._state = state or ObliqueState()

    def state(self) -> ObliqueState:
        """All of it, for a successor."""
        return self._state

    def camera_elsewhere(self, since_s: float) -> None:
        """Nothing from before says from where the camera looks now. What was withheld stays so."""
        self._state = ObliqueState(measured=self._state.measured, withheld=self._state.withheld, since_s=since_s)

    def add_stride(self, signs: StrideSigns, from_s: float) -> None:
        """Take a stride that began then. One that neither ankles nor knees tell of counts for nothing."""
        state = self._state = msgspec.structs.replace(self._state, asked=self._state.asked + 1)
        if from_s < state.since_s or not signs.tells:
            return
        strides = (*state.strides, signs)[-MOST_STRIDES:]
        self._state = msgspec.structs.replace(state, strides=strides, camera=_judged(strides, state.camera))

    def count(self) -> None:
        """A stance is measured at the present angle."""
        state = self._state
        withheld = state.withheld + state.camera.oblique
        self._state = msgspec.structs.replace(state, measured=state.measured + 1, withheld=withheld)

    @property
    def camera(self) -> CameraAngle:
        """Where the camera stands, by the last strides."""
        return self._state.camera

    @property
    def waits(self) -> bool:
        """Whether the next strides will tell the angle of the first stances: these are measured then."""
        return len(self._state.strides) < FEWEST_STRIDES and self._state.asked < STRIDES_ASKED

    @property
    def measured_enough(self) -> bool:
        """Whether so many stances were measured that they tell the angle if anything does."""
        return self._state.measured >= STRIDES_ASKED

    @property
    def withholds_much(self) -> bool:
        """Whether so many of the measured stances lack some angles that it must be said."""
        return self._state.withheld > MANY_SHARE * self._state.measured


def _judged(strides: Sequence[StrideSigns], before: CameraAngle) -> CameraAngle:
    """The angle by the strides of the present gait.

    before: by the strides before. What was withheld ends only at a smaller angle than that at which it began.
    """
    gait = strides[-1].gait
    own = [one for one in strides if one.gait == gait]
    slow = SLOW_SHARE * math.fsum(one.slow for one in own) / len(own)
    signs = (
        _mean([one.ankle for one in own], ANKLE_DOUBT[gait], slow),
        _mean([one.knee for one in own], KNEE_DOUBT[gait], slow),
    )
    known = [(mean, sd) for mean, sd in signs if not math.isnan(mean)]
    if not known:
        return before  # the camera stays where it is when somebody begins to walk
    weight = math.fsum(sd**-2 for _, sd in known)
    sine, sd = abs(math.fsum(mean * sd**-2 for mean, sd in known) / weight), weight**-0.5
    angle_deg, low_deg, high_deg = (_angle_deg(sine + away * Z95 * sd) for away in (0.0, -1.0, 1.0))
    matters = angle_deg >= (STRAIGHT_DEG if before.oblique else OBLIQUE_DEG)
    too_oblique = matters and high_deg >= (NOT_TOO_OBLIQUE_DEG if before.too_oblique else TOO_OBLIQUE_DEG)
    oblique = too_oblique or (matters and (before.oblique or low_deg >= SURELY_DEG))
    if not (oblique or swings(own)):
        return NO_ANGLE
    return CameraAngle(
        angle_deg=angle_deg,
        sd_deg=max(high_deg - angle_deg, (high_deg - low_deg) / 2.0) / Z95,  # the lower half may end at 0
        low_deg=low_deg,
        high_deg=high_deg,
        oblique=oblique,
        too_oblique=too_oblique,
    )


def _mean(sines: Sequence[Sine], doubt: PersonDoubt, slow: float) -> tuple[float, float]:
    """The mean of the strides that tell, and its standard deviation; NaN where too few do. slow: the share by which a slow swing may differ."""
    told = [one for one in sines if not math.isnan(one.value)]
    known = [one.value for one in told]
    if len(known) < FEWEST_STRIDES:
        return math.nan, math.nan
    mean = math.fsum(known) / len(known)
    scatter = math.fsum((value - mean) ** 2 for value in known) + USUAL_STRIDES * STRIDE_SD**2
    of_mean = 2.0 * scatter / (len(known) + USUAL_STRIDES) / len(known)  # neighbours share half of their frames
    exchanged = math.fsum(one.exchanged for one in told) / len(told)
    return mean, math.sqrt(of_mean + doubt.offset**2 + (math.hypot(doubt.share, slow) * mean) ** 2 + exchanged**2)


def _angle_deg(sine: float) -> float:
    return math.degrees(math.asin(min(max(sine, 0.0), 1.0)))
