"""What running and walking share: stances in time, the phase of each leg, and the way from one pose to another."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from ..people.body import Body
from ..people.posing import Angles, Arm, Leg, Pose, pose_of

Curve = npt.NDArray[np.float64]
Gait = Literal["run", "walk"]
SIGN = {"l": 1.0, "r": -1.0}
OTHER = {"l": "r", "r": "l"}
START_S = 0.5  # from standing to the first stride


@dataclass(frozen=True)
class Pulse:
    """How a drop comes and goes: faster than its bump alone, and earlier or later than the middle of the stance."""

    deg: float  # that are missing before and after it
    sd_s: float  # how long it lasts
    late_s: float  # how much later than the middle of the stance it is largest


@dataclass(frozen=True)
class Stance:
    """One stance of a leg ("l", "r"): its times, and its own drop, valgus and lean."""

    leg: str
    initial_contact_s: float
    toe_off_s: float
    drop_deg: float
    valgus_deg: float
    step_s: float  # time to the next stance
    lean_deg: float = 0.0  # of the chest towards this leg
    gait: Gait = "run"
    peak_share: float = 0.45  # share of the contact after which drop and valgus are largest
    pulse: Pulse | None = None  # of the drop; None: it comes and goes by the bump alone

    @property
    def middle_s(self) -> float:
        """When drop and valgus are largest."""
        return self.initial_contact_s + self.peak_share * (self.toe_off_s - self.initial_contact_s)


class Moves(Protocol):
    """Somebody who stands until `stand_s`, and then moves until `end_s`. Truth and films are made of this."""

    stand_s: float
    end_s: float
    stances: list[Stance]
    drop: dict[str, float]  # of each leg (deg), as it is meant

    def pose(self, time_s: float) -> Pose:
        """The bones at a time."""
        ...

    def touches(self, leg: str, time_s: float) -> bool:
        """Whether that leg is in stance."""
        ...


class Timeline:
    """Stances by leg and by time."""

    def __init__(self, stances: list[Stance]) -> None:
        self.stances = stances
        self.of = {leg: [s for s in stances if s.leg == leg] for leg in "lr"}
        self._contacts_s = {leg: [s.initial_contact_s for s in mine] for leg, mine in self.of.items()}
        self._all_contacts_s = [s.initial_contact_s for s in stances]

    def past(self, time_s: float) -> int:
        """How many stances have begun by a time."""
        return bisect_right(self._all_contacts_s, time_s)

    def past_of(self, leg: str, time_s: float) -> int:
        """How many stances of a leg have begun by a time."""
        return bisect_right(self._contacts_s[leg], time_s)

    def touches(self, leg: str, time_s: float) -> bool:
        """Whether that leg is in stance."""
        past = self.past_of(leg, time_s)
        return past > 0 and time_s < self.of[leg][past - 1].toe_off_s

    def near(self, time_s: float) -> list[Stance]:
        """The stances about a time."""
        past = self.past(time_s)
        return self.stances[max(past - 3, 0) : past + 2]


class Strides:
    """Standing for `stand_s`, then strides until `end_s`. A gait says how the body moves in them."""

    step_s: float
    contact_s: float
    drop: dict[str, float]
    valgus: dict[str, float]

    def __init__(self, body: Body, stand_s: float, end_s: float) -> None:
        self.stand_s, self.end_s, self._body = stand_s, end_s, body

    def follow(self, stances: list[Stance]) -> None:
        """Move in these stances."""
        self.stances = stances
        self.timeline = Timeline(stances)

    def pose(self, time_s: float) -> Pose:
        """The bones at a time."""
        return pose_of(self.angles(time_s), self._body)

    def angles(self, time_s: float) -> Angles:
        """The pose at a time."""
        raise NotImplementedError

    def touches(self, leg: str, time_s: float) -> bool:
        """Whether that leg is in stance."""
        return self.timeline.touches(leg, time_s)

    def started(self, time_s: float) -> float:
        """How far the way from standing to the first stride is done (0..1)."""
        return float(np.clip((time_s - self.stand_s) / START_S, 0, 1))

    def _stretched(self, leg: str, time_s: float, toe_off: float, late: float = 0.0) -> float:
        """Phase of a leg at which published curves are read: its own contacts and swings are stretched to theirs.

        toe_off: phase of toe off in the curves; late: how far their time is bent within a contact.
        """
        mine = self.timeline.of[leg]
        past = self.timeline.past_of(leg, time_s)
        if not past:
            away_s = mine[0].initial_contact_s - time_s
            return 1.0 - (1 - toe_off) * away_s / (2 * self.step_s - self.contact_s)
        now, after = mine[past - 1], mine[past] if past < len(mine) else None
        if time_s < now.toe_off_s:
            share = (time_s - now.initial_contact_s) / (now.toe_off_s - now.initial_contact_s)
            return toe_off * (share + late * share * (1 - share))
        landing_s = after.initial_contact_s if after else now.initial_contact_s + 2 * self.step_s
        return toe_off + (1 - toe_off) * (time_s - now.toe_off_s) / (landing_s - now.toe_off_s)


def raised_deg(stances: list[Stance], time_s: float) -> float:
    """How much higher the left side of the pelvis is at a time."""
    return sum(SIGN[stance.leg] * _drop_deg(stance, time_s) for stance in stances)


def _drop_deg(stance: Stance, time_s: float) -> float:
    """How much of a stance's drop is reached."""
    pulse = stance.pulse
    if pulse is None:
        return stance.drop_deg * bump(stance, time_s)
    away = (time_s - stance.middle_s - pulse.late_s) / pulse.sd_s
    return (stance.drop_deg - pulse.deg * (1 - math.exp(-0.5 * away**2))) * bump(stance, time_s - pulse.late_s)


def bump(stance: Stance, time_s: float) -> float:
    """How much of a stance's drop is reached: 1 in its middle, 0 from one step before to one step after."""
    away = abs(time_s - stance.middle_s) / stance.step_s
    return math.cos(math.pi / 2 * away) ** 2 if away < 1 else 0.0


def double_support_s(stances: list[Stance], now: Stance) -> float | None:
    """How long both feet are down after this foot came down (s); None: it is a stance of running, or the first one."""
    before = [s for s in stances if s.initial_contact_s < now.initial_contact_s]
    if now.gait == "run" or not before:
        return None
    return max(before[-1].toe_off_s - now.initial_contact_s, 0.0)


def single_support_s(stances: list[Stance], now: Stance) -> tuple[float, float]:
    """From when until when this foot alone is down (s)."""
    others = [s for s in stances if s is not now]
    begins_s = max(
        [s.toe_off_s for s in others if s.initial_contact_s < now.initial_contact_s] + [now.initial_contact_s]
    )
    ends_s = min([s.initial_contact_s for s in others if s.initial_contact_s > now.initial_contact_s] + [now.toe_off_s])
    return begins_s, ends_s


def draw_still(rng: np.random.Generator) -> Angles:
    """How somebody stands."""
    still = Angles("stand", tilt=rng.normal(6, 3), chest_pitch=rng.normal(2, 2))
    for side in "lr":
        still.legs[side] = Leg(2, rng.normal(-1, 1.5), 0, abs(rng.normal(2, 2)), rng.normal(0, 1.5), 2)
        still.arms[side] = Arm(0, 0, rng.uniform(8, 25), 20, rng.uniform(8, 25), 0)
    return still


def between(a: Angles, b: Angles, share: float) -> Angles:
    """A pose on the way from one to the other (share 0..1)."""
    plain = (
        "oblique",
        "axial",
        "tilt",
        "lean",
        "chest_axial",
        "chest_pitch",
        "neck",
        "head_axial",
        "head_pitch",
        "lift",
    )
    out = Angles(b.kind)
    for name, value in zip(plain, _mixed(a, b, plain, share), strict=True):
        setattr(out, name, value)
    out.shift = ((1 - share) * a.shift[0] + share * b.shift[0], (1 - share) * a.shift[1] + share * b.shift[1])
    for side in "lr":
        out.legs[side] = Leg(*_mixed(a.legs[side], b.legs[side], [entry.name for entry in fields(Leg)], share))
        out.arms[side] = Arm(*_mixed(a.arms[side], b.arms[side], [entry.name for entry in fields(Arm)], share))
    return out


def _mixed(a: object, b: object, names: Iterable[str], share: float) -> list[float]:
    """The values of these names between those of a and of b."""
    return [(1 - share) * getattr(a, name) + share * getattr(b, name) for name in names]
