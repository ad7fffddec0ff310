"""From how high the camera looks at the runner's hips, without a calibrated camera.

A camera at height H above the belt and at distance z sees hips of height h from an elevation angle whose tangent is H/z - h/z. It is positive
for a camera above the hips. Three things tell of these two shares:

- The feet. A belt carries a standing foot towards a camera behind, so the foot sinks in the picture by H/z times the length of belt that passes
  in one contact. Runners' contacts grow shorter as the belt grows faster, so that this length is `BELT_TRUNK_S` over the contact time: 0.37
  trunk lengths times seconds, within 5% in five trials of two real runners at 2.5 to 4.5 m/s. Duty factors of 0.43 at 2 m/s and 0.30 at 5 m/s
  (van Oeveren et al. 2021, Sports Biomech) with strides of 0.74 and 0.66 s give 0.38 and 0.37 for a trunk of 0.53 m. A foot that does not sink
  may stand on a floor and says nothing.
- The hips. In the picture they are f h/z above the foot. Nobody knows the focal length f, but most cameras differ little in it.
- The distance and the height at which people place a camera. The latter counts for nothing where somebody says the height.

They are joined by least squares, each with its standard deviation. A word that the feet contradict is doubted by as much (see `_doubted`). Walking
contacts are long, with a heel and a toe that roll, so walking never tells the height. Without feet and without a person's word, the angle is unknown, and its standard
deviation is that of how people place cameras.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import Leg
from runform_live.gait.events import toe_down_s
from runform_live.gait.row import Step
from runform_live.gait.signals import ANKLE_Y, HIPS_Y, LEG, TOE_Y
from runform_live.gait.uncertainty.statistics import Z95
from runform_live.gait.window import Window
from runform_live.messages import Stance

Array = npt.NDArray[np.float64]

BELT_TRUNK_S, BELT_SD = 0.37, 0.1  # the SD is a share of it
TOE_SD_TRUNKS_S = 0.25  # of how fast a toe sinks beside the belt's motion, as in gait/view_sources.py
SLOWEST_TRUNKS_S = 0.25  # three people who jog in place: up to 0.13; a camera 0.25 m above the belt: 0.3 and more
# Of the longer side of the picture. Most webcams and phones show 56 to 80 deg along it, and wide lenses up to 100 deg.
FOCAL, FOCAL_SD = 0.75, 0.25  # the SD is a share of it
ANKLE_SHARE = 1.1  # height of the hips over that of the hips above the ankle (Drillis and Contini 1966, in Winter 2009)
HIPS_SHARE, HIPS_SHARE_SD = 0.3, 0.08  # h/z by the distance at which people place a camera: 2.4 to 4.1 m
# Of the camera's height over that of the hips, which is 1 in the mean: cameras stand on chairs, tables and tripods.
USUAL_HEIGHT_SD = 0.4
HIPS_M, HIPS_M_SD = 0.91, 0.065  # height of the hips of adults: 0.53 of 1.72 +- 0.1 m
SAID_SD_M = 0.05
LARGE_DEG = (
    4.0  # from here on the mean drop of one side may be wrong by 0.7 deg (95% interval, gait/uncertainty/height.py)
)
MANY_SHARE = 0.2  # of the stances, with a camera at such an angle beyond doubt: that is said of the recording
NEAR_S = 0.02  # about midstance, and one frame at least: the frames of a camera do not come evenly
FEWEST_CONTACTS, MOST_CONTACTS = 3, 10  # of each leg, the last ones


class Contact(msgspec.Struct, frozen=True):
    """What one contact shows."""

    sinks_trunks_s: float  # how fast the toe sinks in the picture; negative: it rises
    contact_s: float
    contact_sd_s: float
    hips_share: float = math.nan  # h/z; NaN where the size of the picture is not known


class Seen(msgspec.Struct, frozen=True):
    """What the contacts of both feet tell: H/z with its standard deviation, and h/z (NaN unknown)."""

    camera_share: float
    sd: float
    hips_share: float = math.nan


class HeightState(msgspec.Struct, frozen=True):
    """The last contacts of each foot of the picture."""

    contacts: tuple[tuple[Contact, ...], tuple[Contact, ...]] = ((), ())
    moved: bool = False  # the camera was moved, so its height is not what a person said
    since_s: float = -math.inf  # an earlier contact was seen from elsewhere, or in part
    told: int = 0  # stances, with any angle that is known
    far: int = 0  # stances of them with one that is large beyond doubt


class Elevation(msgspec.Struct, frozen=True):
    """From how far above the hips the camera looks at them, and the standard deviation of that. NaN: nothing but the usual tells it."""

    deg: float
    sd_deg: float

    @property
    def is_large(self) -> bool:
        """Whether it is large beyond doubt."""
        return abs(self.deg) - Z95 * self.sd_deg > LARGE_DEG


class CameraHeight:
    """Push one contact after the other."""

    __slots__ = ("_elevation", "_said_m", "_state")

    def __init__(self, said_cm: float | None = None, state: HeightState | None = None) -> None:
        """said_cm: the height of the lens above the belt, where a person said it. state: of a predecessor, to go on from."""
        self._said_m = None if said_cm is None else said_cm / 100.0
        self._state = state or HeightState()
        self._elevation = self._by_all()

    def state(self) -> HeightState:
        """All of it, for a successor."""
        return self._state

    def camera_elsewhere(self, since_s: float) -> None:
        """Nothing from before says from where the camera looks now. What was told of stances stays so."""
        self._state = HeightState(moved=True, since_s=since_s, told=self._state.told, far=self._state.far)
        self._elevation = self._by_all()

    def add_contact(self, leg: Leg, contact: Contact | None, initial_contact_s: float) -> None:
        """Take a contact, see `contact_of`; None tells nothing."""
        if contact is None or initial_contact_s < self._state.since_s:
            return
        left, right = self._state.contacts
        own = (*self._state.contacts[leg], contact)[-MOST_CONTACTS:]
        both = (own, right) if leg == 0 else (left, own)
        self._state = msgspec.structs.replace(self._state, contacts=both)
        self._elevation = self._by_all()

    def count(self) -> None:
        """A stance is told with the present angle. One that is not known says nothing."""
        state, known = self._state, not math.isnan(self._elevation.deg)
        far = state.far + self._elevation.is_large
        self._state = msgspec.structs.replace(state, told=state.told + known, far=far)

    @property
    def elevation(self) -> Elevation:
        """The angle, by all that tells it so far."""
        return self._elevation

    @property
    def often_far(self) -> bool:
        """Whether so many of the stances were seen from far above or below the hips that it must be said."""
        return self._state.far > MANY_SHARE * self._state.told

    def _by_all(self) -> Elevation:
        return joined(seen_by(self._state.contacts), None if self._state.moved else self._said_m)


def seen_by(contacts: tuple[Sequence[Contact], Sequence[Contact]]) -> Seen | None:
    """What the contacts of the picture's left and right foot tell; None where one has too few, or they do not sink.

    All contacts of a run are read by the same rules, so their errors do not cancel.
    """
    if min(map(len, contacts)) < FEWEST_CONTACTS:
        return None
    sinks_trunks_s = _mean_of_both([[one.sinks_trunks_s for one in own] for own in contacts])
    contact_s = _mean_of_both([[one.contact_s for one in own] for own in contacts])
    contact_sd_s = _mean_of_both([[one.contact_sd_s for one in own] for own in contacts])
    hips = [one.hips_share for own in contacts for one in own if not math.isnan(one.hips_share)]
    hips_share = math.fsum(hips) / len(hips) if hips else math.nan
    if not abs(sinks_trunks_s) > SLOWEST_TRUNKS_S:
        return None
    per_speed = contact_s**2 / BELT_TRUNK_S  # H/z for each trunk length a second
    share = per_speed * abs(sinks_trunks_s)
    share_sd = share * math.hypot(BELT_SD, 2.0 * contact_sd_s / contact_s)
    return Seen(share, math.hypot(share_sd, per_speed * TOE_SD_TRUNKS_S), hips_share)


def _mean_of_both(feet: Sequence[Sequence[float]]) -> float:
    """The mean of both feet's means, so that each foot counts for as much."""
    left, right = (math.fsum(values) / len(values) for values in feet)
    return (left + right) / 2.0


# Each row: factors of H/z and h/z, what they give together, and its standard deviation.
Rows = list[tuple[float, float, float, float]]


def joined(seen: Seen | None, said_m: float | None) -> Elevation:
    """The elevation by what the contacts show and by the height (m) that a person said; None: it does not tell."""
    rows: Rows = [(0.0, 1.0, HIPS_SHARE, HIPS_SHARE_SD)]
    if seen is not None:
        rows.append((1.0, 0.0, seen.camera_share, seen.sd))
        if not math.isnan(seen.hips_share):
            rows.append((0.0, 1.0, seen.hips_share, FOCAL_SD * seen.hips_share))
    ratio, ratio_sd = 1.0, USUAL_HEIGHT_SD  # of the camera's height to that of the hips
    if said_m is not None:
        ratio = said_m / HIPS_M
        ratio_sd = math.hypot(ratio * HIPS_M_SD, SAID_SD_M) / HIPS_M
    sd = ratio_sd * HIPS_SHARE
    if seen is not None and said_m is not None:
        sd = _doubted(sd, ratio, rows)
    (camera_share, hips_share), covariance = _least_squares([*rows, (1.0, -ratio, 0.0, sd)])
    difference = np.array([1.0, -1.0])
    tangent, sd = float(camera_share - hips_share), math.sqrt(float(difference @ covariance @ difference))
    is_known = seen is not None or said_m is not None
    angle_deg = math.degrees(math.atan(tangent)) if is_known else math.nan
    return Elevation(angle_deg, math.degrees(sd / (1.0 + tangent * tangent)))


def _doubted(sd: float, ratio: float, rows: Rows) -> float:
    """The standard deviation of a height that was said, made so wide that what else is known (rows) does not contradict it.

    A word about another place of the camera then counts for little, and one that fits the feet is not doubted. It is the excess of a squared
    difference over its variance, as between the studies of a review (DerSimonian and Laird 1986, Control Clin Trials 7:177).
    """
    shares, covariance = _least_squares(rows)
    factors = np.array([1.0, -ratio])
    excess = float(factors @ shares) ** 2 - float(factors @ covariance @ factors)
    return max(sd, math.sqrt(max(excess, 0.0)))


def _least_squares(rows: Rows) -> tuple[Array, Array]:
    """H/z and h/z that fit the rows best, and their covariance (2, 2)."""
    table = np.array(rows)
    factors, values = table[:, :2] / table[:, 3:], table[:, 2] / table[:, 3]
    covariance = np.linalg.inv(factors.T @ factors)
    return covariance @ factors.T @ values, covariance


def contact_of(step: Step, window: Window, long_side_px: int | None) -> Contact | None:
    """What the contact of a running step shows; None where it is not seen.

    long_side_px: the longer side of the picture; None: not known.
    """
    sinks = window.trend(TOE_Y + step.leg * LEG, *toe_down_s(step)) / window.trunk_px(step.midstance_s)
    if step.walks or not step.feet_seen or math.isnan(sinks + step.contact_sigma_s):
        return None
    near_s = max(NEAR_S, window.frame_s)
    about_s = step.midstance_s - near_s, step.midstance_s + near_s
    legs_px = window.mean(ANKLE_Y + step.leg * LEG, *about_s) - window.mean(HIPS_Y, *about_s)
    hips_share = math.nan if long_side_px is None else ANKLE_SHARE * legs_px / (FOCAL * long_side_px)
    return Contact(sinks, step.toe_off_s - step.initial_contact_s, step.contact_sigma_s, hips_share)


def with_elevation(stance: Stance, elevation: Elevation) -> Stance:
    """The stance with what is known of the camera's height."""
    angle_deg = None if math.isnan(elevation.deg) else elevation.deg
    return msgspec.structs.replace(stance, camera_elevation_deg=angle_deg, camera_elevation_sd_deg=elevation.sd_deg)
