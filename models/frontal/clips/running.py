"""A run as a function of time: when the stances are, and the pose of the body at every instant."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from ..people.body import Body
from ..people.posing import RUN, RUN_PHASE, Angles, Arm, Leg, cycle, pose_of, toes_lifted
from .changing import Changes
from .strides import OTHER, SIGN, Curve, Pulse, Stance, Strides, between, bump, draw_still, raised_deg

G = 9.81
FINE_S = 1 / 240
CHANGE_DEG = 4.0  # most that an angle changes from one day to another
CURVES_TOE_OFF = 0.36  # phase of toe off in the published curves (posing.RUN)
# A body that moves by the curves has its lowest hips at this share of the contact. A runner's trunk is lowest at 46% (mean and SD of
# LOWEST), because braking is shorter than push-off (Cavagna 2006, J Exp Biol 209:4051). So the curves' time is bent within a contact.
CURVES_LOWEST = 0.375
LOWEST = (0.46, 0.02)
SCATTER_DEG = 0.8  # SD of a drop and a valgus from stride to stride
# The drop of real runners on treadmills (22 trials, 2 to 9.5 m/s) differs by SD 0.64 deg from stride to stride, and is largest from 23 ms
# before to 35 ms after midstance. In five trials of two of them it is largest 13 ms before, and bends there by 800 to 5200 deg/s^2.
REAL_SCATTER_DEG = 0.64
LATE_S, LATE_LIMITS_S = (-0.010, 0.014), (-0.025, 0.035)  # mean and SD
BENDS, PULSE_SD_S, PULSE_MOST_DEG = (300.0, 4300.0), (0.030, 0.055), 6.0  # bends: in deg/s^2, besides those of the bump


def draw_pulses(rng: np.random.Generator) -> dict[str, Pulse]:
    """How a runner's drops come and go on each side, as fast as those of real runners."""
    out = {}
    for leg in "lr":
        sd_s = float(rng.uniform(*PULSE_SD_S))
        deg = min(float(rng.uniform(*BENDS)) * sd_s**2, PULSE_MOST_DEG)
        out[leg] = Pulse(deg, sd_s, float(np.clip(rng.normal(*LATE_S), *LATE_LIMITS_S)))
    return out


class Run(Strides):
    """Standing for `stand_s`, then running until `end_s`. Each leg has a drop, a valgus and an adduction of its own, at random.

    changing: gives the changes within the run for a runner with this drop, valgus and adduction ("drop_l" and so on, deg).
    pulses: of `draw_pulses`; None: the pelvis hardly turns at midstance, as in all clips of old.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        body: Body,
        stand_s: float,
        end_s: float,
        changing: Callable[[Mapping[str, float]], Changes] | None = None,
        pulses: Mapping[str, Pulse] | None = None,
    ) -> None:
        super().__init__(body, stand_s, end_s)
        self._pulses, self._scatter_deg = pulses, REAL_SCATTER_DEG if pulses else SCATTER_DEG
        self.step_s = 60 / rng.uniform(152, 188)
        self.contact_s = 2 * self.step_s * rng.uniform(0.31, 0.41)
        self.drop = dict(zip("lr", rng.uniform(-3, 16, 2), strict=True))
        self.valgus = dict(zip("lr", rng.uniform(-2, 9, 2), strict=True))
        self.adduct = dict(zip("lr", rng.uniform(1, 8, 2), strict=True))
        self.still = draw_still(rng)
        self._lean, self._tilt, self._sway = rng.normal(8, 3), rng.normal(9, 4), rng.normal(0, 2)
        self._axial, self._chest_axial, self._toe_out = rng.uniform(2, 8), rng.uniform(4, 10), rng.uniform(2, 12)
        self._elbow, self._abduct = rng.uniform(70, 105), rng.uniform(6, 25)
        lowest = rng.normal(*LOWEST)
        self._late = (CURVES_LOWEST - lowest) / (lowest * (1 - lowest))
        bases = {"drop": self.drop, "valgus": self.valgus, "adduct": self.adduct}
        named = {f"{name}_{leg}": float(of[leg]) for name, of in bases.items() for leg in "lr"}
        self.changes = changing(named) if changing else None
        self._go(rng)

    def on_another_day(self, rng: np.random.Generator) -> None:
        """The same way of running on another day: other steps, and angles that have changed a little."""
        for leg in "lr":
            self.drop[leg] = float(np.clip(self.drop[leg] + rng.uniform(-CHANGE_DEG, CHANGE_DEG), -3, 16))
            self.valgus[leg] = float(np.clip(self.valgus[leg] + rng.uniform(-CHANGE_DEG, CHANGE_DEG), -2, 9))
            self.adduct[leg] = float(np.clip(self.adduct[leg] + rng.uniform(-CHANGE_DEG, CHANGE_DEG), 1, 8))
        self._go(rng)

    def _go(self, rng: np.random.Generator) -> None:
        leg = "l" if rng.uniform() < 0.5 else "r"
        self.follow(self.draw_stances(rng, leg, self.stand_s, self.end_s + 1))

    def follow(self, stances: list[Stance]) -> None:
        """Move in these stances."""
        super().follow(stances)
        self._heights = self._settle()

    def draw_stances(self, rng: np.random.Generator, leg: str, from_s: float, until_s: float) -> list[Stance]:
        """Stances that begin between two times, the first one on this leg."""
        out, at = [], from_s
        changes = self.changes
        phi, last = changes.phi if changes else 0.0, dict[str, tuple[float, float]]()
        while at < until_s:
            slower = 1 / (1 + changes.at("cadence", at)) if changes else 1.0
            length = self.contact_s * slower + rng.normal(0, 0.006)
            scatter = rng.normal(0, self._scatter_deg), rng.normal(0, self._scatter_deg)
            if leg in last:  # neighbouring strides of a side are correlated; the SD of all is the same
                fresh = math.sqrt(1 - phi**2)
                scatter = phi * last[leg][0] + fresh * scatter[0], phi * last[leg][1] + fresh * scatter[1]
            last[leg] = scatter
            drop, valgus, lean = self.drop[leg], self.valgus[leg], 0.0
            if changes:
                middle_s = at + 0.45 * length
                drop, valgus = (
                    drop + changes.at(f"drop_{leg}", middle_s),
                    valgus + changes.at(f"valgus_{leg}", middle_s),
                )
                lean = changes.at(f"lean_{leg}", middle_s)
            step_s = self.step_s * slower
            pulse = self._pulses[leg] if self._pulses else None
            angles = drop + scatter[0], valgus + scatter[1]
            out.append(Stance(leg, at, at + length, *angles, step_s, lean, pulse=pulse))
            at += step_s + rng.normal(0, 0.006)
            leg = OTHER[leg]
        return out

    def angles(self, time_s: float) -> Angles:
        """The pose at a time."""
        raw = self._angles(time_s)
        raw.lift = float(np.interp(time_s, *self._heights))
        return raw

    def _angles(self, time_s: float) -> Angles:
        share = self.started(time_s)
        if share <= 0:
            return self.still
        near = [(s, bump(s, time_s)) for s in self.timeline.near(time_s)]
        oblique = raised_deg(self.timeline.near(time_s), time_s)
        phase = {leg: self._stretched(leg, time_s, CURVES_TOE_OFF, self._late) for leg in "lr"}
        turn = math.cos(2 * math.pi * (phase["l"] - 0.05))
        sway = self._sway - sum(SIGN[s.leg] * s.lean_deg * reached for s, reached in near)
        out = Angles("run", oblique, self._axial * turn, self._tilt, sway, -self._chest_axial * turn, self._lean)
        changes = self.changes
        abduct, elbow = self._abduct, self._elbow
        if changes:
            abduct, elbow = max(abduct + changes.at("abduct", time_s), 3.0), elbow + changes.at("elbow", time_s)
        for leg in "lr":
            hip, knee, ankle = cycle(phase[leg], RUN_PHASE, RUN)
            stance = sum(reached for s, reached in near if s.leg == leg)
            valgus = sum(s.valgus_deg * reached for s, reached in near if s.leg == leg)
            more, both = changes.adduct(leg, time_s) if changes else (0.0, 0.0)
            adduct = (self.adduct[leg] + more) * (0.4 + 0.6 * stance) + both
            out.legs[leg] = Leg(hip, adduct, 0, knee, valgus, ankle, self._toe_out, 0,
                                toes_lifted(phase[leg]))  # fmt: skip
            back = -10 - 32 * math.cos(2 * math.pi * (phase[leg] - 0.05))
            out.arms[leg] = Arm(0, back, abduct, 20, elbow, 0)
        return out if share >= 1 else between(self.still, out, share)

    def _last_off(self, past: int, time_s: float) -> float | None:
        """When the last foot left the ground; None: a foot is on the ground. past: how many stances have begun by then."""
        recent = self.stances[max(past - 3, 0) : past]
        if not recent or any(s.toe_off_s > time_s for s in recent):
            return None
        return recent[-1].toe_off_s

    def _settle(self) -> tuple[Curve, Curve]:
        """Times, and heights (m) of the lowest foot: on the ground in stance, ballistic in flight, smoothed so that the pelvis has no jerk."""
        times = np.arange(0, self.end_s + FINE_S, FINE_S)
        lift, pelvis = np.zeros(len(times)), np.zeros(len(times))
        for i, time_s in enumerate(times):
            past = self.timeline.past(time_s)
            done = self._last_off(past, time_s)
            if done is not None and past < len(self.stances) and time_s > self.stand_s:
                lift[i] = 0.5 * G * (time_s - done) * (self.stances[past].initial_contact_s - time_s)
            angles = self._angles(time_s)
            pelvis[i] = pose_of(angles, self._body).places[0, 1] + lift[i] - angles.lift
        kernel = np.exp(-0.5 * (np.arange(-10, 11) * FINE_S / 0.014) ** 2)
        smooth = np.convolve(np.pad(pelvis, 10, mode="edge"), kernel / kernel.sum(), mode="valid")
        return times, lift + smooth - pelvis
