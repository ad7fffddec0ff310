"""What changes within a run, and when: angles, cadence and arms; light, cloth and sweat.

All of it is a function of the time in the run (s). In the first part of each run, the reference, the runner does not change. After it a
run is of one of four kinds: `steps` (two or three, each reached within a second), `ramp` (linear until the end, as by fatigue), `blocks`
(feedback on and off in turn) and `none` (drop, adduction, valgus and step width stay; lean, cadence and arms may change).

Light, creeping cloth and sweat change from the start of the run. A measurement of change must not be misled by them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

REFERENCE_S = 20.0  # length of the reference, from the start of running
# After the reference, light and cloth change as much as in so much running. How fast they change on real runners was not measured.
STANDS_FOR_S = 600.0
SETTLE_S = 1.0  # time from one value to the next
BLOCK_S, BLOCK_JITTER_S = 11.0, 1.0  # length of a block of feedback
MOST_DEG = 6.0  # most that drop, valgus and adduction change
LIMITS_DEG = {"drop": (-3.0, 16.0), "valgus": (-4.0, 12.0), "adduct": (-1.0, 12.0)}
# Most that the rest changes: trunk lean, step width (as adduction of both legs), arms away from the trunk, elbows, cadence (share).
LEAN_DEG, WIDTH_DEG, ABDUCT_DEG, ELBOW_DEG, CADENCE = 4.0, 2.5, 10.0, 15.0, 0.10
KINDS = ("steps", "ramp", "blocks")
UNCHANGED = (3, 8, 13)  # of fourteen clips: those of the kind "none"
PHI = (0.3, 0.6)  # correlation of neighbouring strides, in half of the runs


def kind_of(number: int) -> str:
    """The kind of a run by its number: of fourteen in a row three are "none", and the others come in turn."""
    turn, place = divmod(number, 14)
    if place in UNCHANGED:
        return "none"
    changed = 14 - len(UNCHANGED)
    return KINDS[(turn * changed + place - sum(place > other for other in UNCHANGED)) % len(KINDS)]


@dataclass(frozen=True)
class Course:
    """A value as a function of time: linear between knots, constant before and after."""

    times_s: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, time_s: float) -> float:
        """The value at a time."""
        k = bisect_right(self.times_s, time_s)
        if k == 0 or k == len(self.times_s):
            return self.values[min(k, len(self.values) - 1)]
        before_s, after_s = self.times_s[k - 1], self.times_s[k]
        share = (time_s - before_s) / (after_s - before_s)
        return (1 - share) * self.values[k - 1] + share * self.values[k]

    @property
    def changes(self) -> bool:
        """Whether it has more than one value."""
        return len(set(self.values)) > 1

    def described(self) -> list[list[float]]:
        """Its knots, for the JSON of a clip."""
        return [[round(t, 3), round(v, 4)] for t, v in zip(self.times_s, self.values, strict=True)]


@dataclass(frozen=True)
class Shape:
    """When the values of a run change. How far is drawn for each quantity by itself."""

    kind: str
    starts_s: tuple[float, ...]  # of the steps, the blocks or the ramp
    end_s: float

    def course(self, rng: np.random.Generator, draw: Callable[[], float]) -> Course:
        """A course that starts at 0; draw: a level against the reference."""
        if self.kind == "ramp":
            return Course((self.starts_s[0], self.end_s), (0.0, draw()))
        if self.kind == "steps":
            levels = [draw() for _ in self.starts_s]
        else:
            level = draw()
            levels = [level * (1.0 if k % 2 == 0 else float(rng.uniform(0.0, 0.3))) for k in range(len(self.starts_s))]
        times_s, values, now = [], [], 0.0
        for start_s, level in zip(self.starts_s, levels, strict=True):
            times_s += [start_s, start_s + SETTLE_S]
            values += [now, level]
            now = level
        return Course(tuple(times_s), tuple(values))


def draw_shape(rng: np.random.Generator, kind: str, from_s: float, end_s: float) -> Shape:
    """kind: of KINDS; nothing changes before `from_s`."""
    if kind == "ramp":
        return Shape(kind, (from_s,), end_s)
    if kind == "steps":
        count = int(rng.integers(2, 4))
        each_s = (end_s - from_s) / (count + 0.5)
        return Shape(kind, tuple(from_s + each_s * (k + float(rng.uniform(0.0, 0.6))) for k in range(count)), end_s)
    starts_s, at_s = [], from_s
    while at_s < end_s - BLOCK_S / 2:
        starts_s.append(at_s)
        at_s += BLOCK_S + float(rng.uniform(-BLOCK_JITTER_S, BLOCK_JITTER_S))
    return Shape(kind, tuple(starts_s), end_s)


@dataclass(frozen=True)
class Changes:
    """How far each quantity of a run is from its reference, by name.

    drop, valgus, adduct and lean with "_l" or "_r" (deg), width (deg of adduction of both legs), cadence (share), abduct and elbow (deg).
    """

    kind: str
    shape: Shape
    courses: Mapping[str, Course] = field(default_factory=dict)
    phi: float = 0.0  # correlation of a side's neighbouring strides

    def at(self, name: str, time_s: float) -> float:
        """How far a quantity is from its reference at a time."""
        return self.courses[name].at(time_s)

    def adduct(self, leg: str, time_s: float) -> tuple[float, float]:
        """A leg's change in stance, and both legs' change all through the stride (deg). Together they are at most MOST_DEG."""
        width = self.at("width", time_s)
        return float(np.clip(self.at(f"adduct_{leg}", time_s) + width, -MOST_DEG, MOST_DEG)) - width, width

    def described(self) -> dict[str, object]:
        """For the JSON of a clip."""
        out: dict[str, object] = {"kind": self.kind, "phi": round(self.phi, 3)}
        if self.shape.kind == "blocks":
            ends_s = (*self.shape.starts_s[1:], self.shape.end_s)
            out["blocks"] = [
                {"from_s": round(start, 3), "to_s": round(end, 3), "feedback": k % 2 == 0}
                for k, (start, end) in enumerate(zip(self.shape.starts_s, ends_s, strict=True))
            ]
        out["courses"] = {name: course.described() for name, course in self.courses.items() if course.changes}
        return out


def draw_changes(
    rng: np.random.Generator, kind: str, base_deg: Mapping[str, float], from_s: float, end_s: float
) -> Changes:
    """base_deg: a runner's drop, valgus and adduct in the reference, as "drop_l"; from_s: the reference's end."""
    shape = draw_shape(rng, str(rng.choice(KINDS)) if kind == "none" else kind, from_s, end_s)
    courses = {}
    for name, base in base_deg.items():
        lowest, highest = LIMITS_DEG[name.split("_")[0]]
        still = bool(rng.uniform() < 0.25) or kind == "none"

        def level(still: bool = still, base: float = base, lowest: float = lowest, highest: float = highest) -> float:
            change = float(np.clip(base + rng.uniform(-MOST_DEG, MOST_DEG), lowest, highest)) - base
            return 0.0 if still else change

        courses[name] = shape.course(rng, level)
    most = {"lean_l": LEAN_DEG, "lean_r": LEAN_DEG, "width": 0.0 if kind == "none" else WIDTH_DEG,
            "cadence": CADENCE if rng.uniform() < 0.5 else 0.0, "abduct": ABDUCT_DEG, "elbow": ELBOW_DEG}  # fmt: skip
    for name, far in most.items():
        share = float(rng.uniform())
        courses[name] = shape.course(rng, partial(_either_way, rng, far * share))
    return Changes(kind, shape, courses, float(rng.uniform(*PHI)) if rng.uniform() < 0.5 else 0.0)


def _either_way(rng: np.random.Generator, most: float) -> float:
    return float(most * rng.uniform(-1, 1))


@dataclass(frozen=True)
class Surroundings:
    """What changes about a runner. None: it does not change."""

    creep: Course | None = None  # share of the way that cloth has slid
    strength: Course | None = None  # of the light, as a factor
    turned_deg: Course | None = None  # of its direction
    sweat: Course | None = None  # factor of the shirt's colours
    light_kind: str = ""

    def described(self) -> dict[str, object]:
        """For the JSON of a clip: light and sweat."""
        light = None
        if self.strength and self.turned_deg:
            courses = {"strength": self.strength.described(), "turned_deg": self.turned_deg.described()}
            light = {"kind": self.light_kind, **courses}
        return {"light": light, "sweat": self.sweat.described() if self.sweat else None}


def draw_surroundings(rng: np.random.Generator, stand_s: float, end_s: float) -> Surroundings:
    """Cloth creeps in a third of the runs, light changes in a third, sweat darkens the shirt in a fifth."""
    creeps, lit, sweats = rng.uniform(size=3) < (1 / 3, 1 / 3, 1 / 5)
    bend = float(rng.uniform(0.5, 0.8))  # done half way: it slides faster at first
    creep = Course((stand_s, (stand_s + end_s) / 2, end_s), (0.0, bend, 1.0)) if creeps else None
    sweat = Course((stand_s, end_s), (1.0, float(rng.uniform(0.7, 0.9)))) if sweats else None
    if not lit:
        return Surroundings(creep=creep, sweat=sweat)
    strength, turn = float(np.exp(rng.uniform(np.log(0.6), np.log(1.5)))), float(rng.uniform(-40, 40))
    at_s = float(rng.uniform(0.1, 0.7)) * end_s
    if rng.uniform() < 0.5:
        last_s = at_s + float(rng.uniform(0.2, 0.6)) * end_s
        times_s: tuple[float, ...] = (at_s, last_s)
        shares: tuple[float, ...] = (0.0, 1.0)
        kind = "slow"
    else:
        away_s = at_s + float(rng.uniform(0.1, 0.4)) * end_s
        times_s, shares = (at_s, at_s + 1.5, away_s + 1.5, away_s + 3.0), (0.0, 1.0, 1.0, 0.0)
        kind = "cloud"
    return Surroundings(
        creep, Course(times_s, tuple(strength**s for s in shares)), Course(times_s, tuple(turn * s for s in shares)),
        sweat, kind,
    )  # fmt: skip
