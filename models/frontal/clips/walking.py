"""Walking as a function of time: published curves, feet that stay on the belt, and a mid hip that is highest on one leg.

The curves give how hip, knee and foot move (posing.WALK, after Winter 1991). The mid hip goes by a curve of its own: lowest in the middle
of double support, highest in the middle of single support. Legs are then bent or stretched a little, so that every foot in stance touches
the ground, and turned a little, so that each foot keeps its own line on the belt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from ..people.body import Body
from ..people.posing import WALK, WALK_PHASE, Angles, Arm, Leg, pose_of
from .legs import Legs
from .strides import OTHER, SIGN, Curve, Stance, Strides, between, bump, draw_still, raised_deg

FINE_S = 1 / 80
TOE_OFF = 0.62  # phase of toe off in the published curves
# Pitch of the foot (deg; positive: toes up) by phase: down by a tenth of the stride, flat until the heel rises.
PITCH_PHASE = np.array([0.0, 0.10, 0.36, 0.62, 0.73, 0.87, 1.0])
PITCH = np.array([21.0, 0.0, 0.0, -60.0, -46.0, 2.0, 21.0])
ROUND = 0.02  # SD (share of a stride) of the smoothing that takes the corners off the curves
TOES_DEG = 35.0  # most that the toes bend while the heel rises
CLEARANCE_M = 0.012  # that the swing foot keeps from the ground
ROUNDS = 3


@dataclass(frozen=True)
class _Moved:
    """What is added to the curves, by time on a fine grid: (times) for each leg."""

    times_s: Curve
    lift_m: Curve
    hip: dict[str, Curve]
    knee: dict[str, Curve]
    ankle: dict[str, Curve]
    adduct: dict[str, Curve]


@cache
def _curves() -> tuple[Curve, Curve]:
    """Phases (n), and hip flexion, knee flexion and pitch of the foot (3, n; deg) without corners."""
    phases = np.linspace(0, 1, 401)
    sharp = [np.interp(phases[:-1], WALK_PHASE, curve) for curve in WALK[:2]]
    sharp.append(np.interp(phases[:-1], PITCH_PHASE, PITCH))
    away = (np.arange(400) + 200) % 400 - 200
    kernel = np.exp(-0.5 * (away / (400 * ROUND)) ** 2)
    spectrum = np.fft.rfft(kernel / kernel.sum())
    smooth = [np.fft.irfft(np.fft.rfft(curve) * spectrum, 400) for curve in sharp]
    return phases, np.array([[*curve, curve[0]] for curve in smooth])


class Walk(Strides):
    """Standing for `stand_s`, then walking until `end_s`. Each leg has a drop, a valgus and a line on the belt of its own, at random."""

    def __init__(self, rng: np.random.Generator, body: Body, stand_s: float, end_s: float) -> None:
        super().__init__(body, stand_s, end_s)
        self.step_s = 60 / rng.uniform(90, 130)
        self.contact_s = 2 * self.step_s * rng.uniform(0.58, 0.64)
        self.drop = dict(zip("lr", rng.uniform(-2, 12, 2), strict=True))
        self.valgus = dict(zip("lr", rng.uniform(-2, 8, 2), strict=True))
        self.still = draw_still(rng)
        self._stride = rng.uniform(0.75, 1.0)  # how far the hips swing, as a share of the curves'
        # Real walkers' trunks rise by 2 to 5 cm, more with longer steps (Gard and Childress 2001, J Prosthet Orthot 13:64).
        self.rise_m = float(np.clip(0.042 * self._stride**2 * rng.uniform(0.8, 1.2), 0.022, 0.048))
        width = rng.uniform(0.05, 0.15)  # between the ankles (m)
        aside = rng.normal(0, 0.01)
        self._line_m = {"l": width / 2 + aside, "r": -width / 2 + aside}
        self._sway_m = rng.uniform(0.012, 0.028)
        self._peak = dict(zip("lr", rng.uniform(0.28, 0.55, 2), strict=True))
        self._highest = dict(zip("lr", rng.uniform(0.42, 0.58, 2), strict=True))  # share of single support
        self._tilt, self._lean, self._pitch = rng.normal(8, 4), rng.normal(0, 1.5), rng.normal(4, 2)
        self._axial, self._chest_axial, self._toe_out = rng.uniform(2, 7), rng.uniform(2, 7), rng.uniform(3, 14)
        self._chest_sway = rng.uniform(-1, 3)
        self._arm, self._elbow, self._abduct = rng.uniform(8, 24), rng.uniform(10, 45), rng.uniform(6, 20)
        leg = "l" if rng.uniform() < 0.5 else "r"
        self.follow(self.draw_stances(rng, leg, stand_s, end_s + 1))

    def draw_stances(self, rng: np.random.Generator, leg: str, from_s: float, until_s: float) -> list[Stance]:
        """Stances that begin between two times, the first one on this leg."""
        out, at = [], from_s
        while at < until_s:
            length = self.contact_s + rng.normal(0, 0.008)
            drop, valgus = self.drop[leg] + rng.normal(0, 0.64), self.valgus[leg] + rng.normal(0, 0.64)
            stance = Stance(leg, at, at + length, drop, valgus, self.step_s, 0.0, "walk", self._peak[leg])
            out.append(stance)
            at += self.step_s + rng.normal(0, 0.008)
            leg = OTHER[leg]
        return out

    def follow(self, stances: list[Stance]) -> None:
        """Move in these stances."""
        super().follow(stances)
        self._knots = self._highs_and_lows()
        self._moved = self._settle()

    def angles(self, time_s: float) -> Angles:
        """The pose at a time."""
        moved = self._moved
        added = {
            leg: [float(np.interp(time_s, moved.times_s, of[leg])) for of in (moved.hip, moved.knee, moved.ankle, moved.adduct)]
            for leg in "lr"
        }  # fmt: skip
        out = self._angles(time_s, added)
        out.lift = float(np.interp(time_s, moved.times_s, moved.lift_m))
        return out

    def _angles(self, time_s: float, added: dict[str, list[float]]) -> Angles:
        share = self.started(time_s)
        if share <= 0:
            return self.still
        near = [(s, bump(s, time_s)) for s in self.timeline.near(time_s)]
        oblique = raised_deg(self.timeline.near(time_s), time_s)
        phase = {leg: self._stretched(leg, time_s, TOE_OFF) % 1.0 for leg in "lr"}
        turn = math.cos(2 * math.pi * phase["l"])
        side = float(np.interp(time_s, self._knots[0], self._knots[2]))  # 1: over the left leg, -1: over the right one
        over = math.sin(math.pi / 2 * side)
        lean = self._lean - self._chest_sway * over
        out = Angles("walk", oblique, -self._axial * turn, self._tilt, lean, self._chest_axial * turn, self._pitch, 3.0)
        out.shift = (self._sway_m * over, 0.0)
        for leg in "lr":
            hip, knee, pitch = (float(np.interp(phase[leg], _curves()[0], curve)) for curve in _curves()[1])
            hip *= self._stride
            ankle = pitch - hip + knee
            valgus = sum(s.valgus_deg * reached for s, reached in near if s.leg == leg)
            toes = min(max(-pitch, 0.0), TOES_DEG) * min(1.0, max(0.0, (0.78 - phase[leg]) / 0.16))
            more_hip, more_knee, more_ankle, adduct = added[leg]
            out.legs[leg] = Leg(hip + more_hip, adduct, 0, max(knee + more_knee, 0.0), valgus, ankle + more_ankle,
                                self._toe_out, 0, toes)  # fmt: skip
            back = -8 - self._arm * math.cos(2 * math.pi * phase[leg])
            out.arms[leg] = Arm(0, back, self._abduct, 20, self._elbow, 0)
        return out if share >= 1 else between(self.still, out, share)

    def _highs_and_lows(self) -> tuple[Curve, Curve, Curve]:
        """Times, how high the mid hip is then (0 or 1), and over which leg the trunk is (1 left, -1 right, 0 between)."""
        rows: list[tuple[float, float, float]] = []
        for before, now, after in zip([None, *self.stances[:-1]], self.stances, [*self.stances[1:], None], strict=True):
            begins_s = max(before.toe_off_s if before else 0.0, now.initial_contact_s)
            ends_s = min(after.initial_contact_s if after else now.toe_off_s, now.toe_off_s)
            highest_s = begins_s + self._highest[now.leg] * max(ends_s - begins_s, 0.01)
            rows.append((highest_s, 1.0, SIGN[now.leg]))
        lows = [((a.toe_off_s + b.initial_contact_s) / 2, 0.0, 0.0) for a, b in pairwise(self.stances)]
        rows = sorted([*rows, *lows])
        times_s, high, over = np.array(rows).T
        return times_s, high, over

    def _height(self, times_s: Curve) -> Curve:
        """How high the mid hip is (0 in double support, 1 in single support)."""
        at = np.interp(times_s, self._knots[0], self._knots[1])
        return np.asarray((1 - np.cos(np.pi * at)) / 2)

    def _settle(self) -> _Moved:
        """What the legs have to do besides the curves. Each round takes back what the last one left."""
        times = np.arange(0, self.end_s + FINE_S, FINE_S)
        zero = {leg: np.zeros(len(times)) for leg in "lr"}
        moved = _Moved(times, np.zeros(len(times)), *({leg: zero[leg].copy() for leg in "lr"} for _ in range(4)))
        going = times > self.stand_s
        rise = self.rise_m * self._height(times)
        wanted, base = zero, 0.0
        for turn in range(ROUNDS):
            seen = [self._seen(moved, i) for i in range(len(times))]
            if turn < 2:  # before the legs are on their lines, they reach less far or farther
                base = self._lowest_mid_hip(times, rise, seen)
                wanted = {leg: self._foot_heights(leg, times, base + rise, seen) for leg in "lr"}
            for i in range(int(going.argmax()), len(times)):
                for leg in "lr":
                    up = wanted[leg][i] - (base + rise[i] + seen[i].foot[leg] - seen[i].mid_hip)
                    change = seen[i].raised(leg, up)
                    moved.hip[leg][i] += change.hip
                    moved.knee[leg][i] += change.knee
                    moved.ankle[leg][i] += change.knee - change.hip
                    moved.adduct[leg][i] += seen[i].turned(leg, self._line_m[leg])
        for i in range(len(times)):
            end = self._seen(moved, i)
            share = self.started(float(times[i]))
            moved.lift_m[i] = share * (base + rise[i] - end.mid_hip) if share > 0 else 0.0
        return moved

    def _seen(self, moved: _Moved, i: int) -> Legs:
        added = {leg: [float(of[leg][i]) for of in (moved.hip, moved.knee, moved.ankle, moved.adduct)] for leg in "lr"}
        angles = self._angles(float(moved.times_s[i]), added)
        return Legs(angles, pose_of(angles, self._body), self._body)

    def _lowest_mid_hip(self, times: Curve, rise: Curve, seen: list[Legs]) -> float:
        """Height of the mid hip (m) in double support: as the curves have it, but low enough that every leg reaches the ground."""
        most, usual = [], []
        for i, time_s in enumerate(times):
            if self.started(float(time_s)) < 1:
                continue
            for leg in "lr":
                if self._walks_on(leg, float(time_s)):
                    most.append(seen[i].longest(leg) - rise[i])
                    if rise[i] > 0.9 * self.rise_m:
                        usual.append(seen[i].mid_hip - seen[i].foot[leg] - rise[i])
        return float(min(min(most), np.mean(usual)))

    def _walks_on(self, leg: str, time_s: float) -> bool:
        """Whether that leg is in a stance of walking."""
        past = self.timeline.past_of(leg, time_s)
        if not past:
            return False
        now = self.timeline.of[leg][past - 1]
        return time_s < now.toe_off_s and now.gait == "walk"

    def _foot_heights(self, leg: str, times: Curve, mid_hip: Curve, seen: list[Legs]) -> Curve:
        """How high the lowest point of a foot has to be (m): on the ground in stance, clear of it in swing."""
        curve = np.array([mid_hip[i] + seen[i].foot[leg] - seen[i].mid_hip for i in range(len(times))])
        out = np.zeros(len(times))
        for now, after in pairwise(self.timeline.of[leg]):
            swings = (times > now.toe_off_s) & (times < after.initial_contact_s)
            share = (times[swings] - now.toe_off_s) / (after.initial_contact_s - now.toe_off_s)
            ends = np.interp([now.toe_off_s, after.initial_contact_s], times, curve)
            way = share**2 * (3 - 2 * share)
            out[swings] = np.maximum(
                curve[swings] - (1 - way) * ends[0] - way * ends[1], CLEARANCE_M * np.sin(np.pi * share)
            )
        return out
