"""A person who walks or runs on a treadmill, with exact truth: a body of joints in space, seen by a camera behind or in front.

Feet move as published: heel first, flat from 7% to 35% of the stride, heel up until toe off, toe low over the ground in mid swing (Winter 1991, The
biomechanics and motor control of human gait). The trunk is highest in the middle of single support and moves to the side of the standing leg.
In running it is lowest in the middle of the contact, and both feet are up in between.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from runform_live.messages import INDEX, LANDMARKS, Gait, Side

Array = npt.NDArray[np.float64]

THIGH_M, SHANK_M, ANKLE_M, TRUNK_M, HIP_M = 0.42, 0.42, 0.07, 0.495, 0.085  # HIP_M: from the middle
TOE_M, HEEL_M = 0.15, 0.06  # before and behind the ankle


@dataclass(frozen=True)
class Camera:
    """Where the camera is: behind (or in front of) the person, at a height; px of focal length."""

    anterior: bool = False
    away_m: float = 3.2
    high_m: float = 0.9
    focal_px: float = 1100.0
    noise_px: float = 0.0

    def seen(self, points: dict[str, Array], rng: np.random.Generator) -> Array:
        """Landmarks (landmarks, 3) of points (x to the person's right, y up, z forward; m)."""
        out = np.full((len(LANDMARKS), 3), np.nan)
        for name, (x, y, z) in points.items():
            depth, across = (self.away_m - z, -x) if self.anterior else (self.away_m + z, x)
            out[INDEX[name]] = (
                640.0 + self.focal_px * across / depth,
                360.0 - self.focal_px * (y - self.high_m) / depth,
                2.0,
            )
        out[:, :2] += rng.normal(0.0, 1.0, (len(LANDMARKS), 2)) * self.noise_px
        return out


@dataclass(frozen=True)
class Truth:
    """One stance as it is."""

    side: Side
    gait: Gait
    initial_contact_s: float
    midstance_s: float
    toe_off_s: float
    drop_deg: float
    duty: float  # share of the stride from initial contact to toe off


@dataclass
class Walker:
    """Somebody who walks or runs at a cadence; `frames` and `truth` go on from spell to spell."""

    drop_left_deg: float = 4.0
    drop_right_deg: float = 4.0
    truth: list[Truth] = field(default_factory=list)
    _step: int = 0
    _now_s: float = 0.0

    def spell(self, gait: Gait, steps: int, cadence_spm: float, on_the_spot: bool = False) -> Spell:
        """So many steps of one gait, after those before."""
        step_s = 60.0 / cadence_spm
        out = Spell(self, gait, self._step, steps, self._now_s, step_s, on_the_spot)
        self.truth += out.stances()
        self._step += steps
        self._now_s += steps * step_s
        return out


def _smooth(share: float) -> float:
    """From 0 to 1 without a jerk."""
    share = min(max(share, 0.0), 1.0)
    return share**3 * (10.0 - 15.0 * share + 6.0 * share * share)


@dataclass(frozen=True)
class Spell:
    """Some steps of one gait. Step k (of all) stands on the left leg where k is even; its initial contact is at k step times."""

    walker: Walker
    gait: Gait
    first: int
    steps: int
    from_s: float
    step_s: float
    on_the_spot: bool

    @property
    def until_s(self) -> float:
        return self.from_s + self.steps * self.step_s

    @property
    def duty(self) -> float:
        """Share of the stride in which a foot is down; less at a higher cadence (Winter 1991; Novacheck 1998)."""
        spm = 60.0 / self.step_s
        return 0.62 - 0.0008 * (spm - 110.0) if self.gait == "walk" else 0.36

    @property
    def speed_m_s(self) -> float:
        if self.on_the_spot:
            return 0.0
        spm = 60.0 / self.step_s
        return (0.35 + 0.0035 * (spm - 60.0)) * spm / 60.0 if self.gait == "walk" else 2.8

    @property
    def bounce_m(self) -> float:
        """Half of the trunk's rise and fall: 1 to 2.7 cm in walking (Orendurff et al. 2004), 4 cm in running."""
        if self.gait == "run":
            return 0.04
        return 0.003 if self.on_the_spot else 0.008 + 0.012 * self.speed_m_s

    @property
    def middle(self) -> float:
        """Share of the stride from initial contact to midstance."""
        return self.duty / 2.0

    def stances(self) -> list[Truth]:
        out = []
        for k in range(self.first, self.first + self.steps):
            contact_s = self.from_s + (k - self.first) * self.step_s
            side: Side = "left" if k % 2 == 0 else "right"
            drop = self.walker.drop_left_deg if side == "left" else self.walker.drop_right_deg
            stride_s = 2.0 * self.step_s
            times = (contact_s, contact_s + self.middle * stride_s, contact_s + self.duty * stride_s)
            out.append(Truth(side, self.gait, *times, drop, self.duty))
        return out

    def frames(self, camera: Camera, rate_hz: float, seed: int = 1) -> Iterator[tuple[float, Array]]:
        """Times (s) and landmarks of the frames of this spell."""
        rng = np.random.default_rng(seed + self.first)
        for number in range(math.ceil(self.from_s * rate_hz - 1e-9), math.ceil(self.until_s * rate_hz - 1e-9)):
            time_s = number / rate_hz
            yield time_s, camera.seen(self.points(time_s), rng)

    def points(self, time_s: float) -> dict[str, Array]:
        """The joints in space at a time."""
        phase = self.first / 2.0 + (time_s - self.from_s) / (2.0 * self.step_s)  # strides of the left leg
        walker, turn = self.walker, 2.0 * math.pi
        sign = 1.0 if self.gait == "walk" else -1.0
        high = 0.90 - (0.0 if self.gait == "walk" else 0.04)
        high += sign * self.bounce_m * math.cos(2.0 * turn * (phase - self.middle))
        left_stance = math.cos(
            turn * (phase - self.middle)
        )  # 1 at midstance of the left leg, -1 at that of the right one
        sway = -left_stance * (0.022 if self.gait == "walk" else 0.005)
        mean = (walker.drop_left_deg + walker.drop_right_deg) / 2.0
        tilt = math.radians(mean * left_stance + (walker.drop_left_deg - walker.drop_right_deg) / 2.0)
        out: dict[str, Array] = {}
        for side, across, shift in (("left", -1.0, 0.0), ("right", 1.0, 0.5)):
            hip = np.array([sway + across * HIP_M * math.cos(tilt), high - across * HIP_M * math.sin(tilt), 0.0])
            out[f"{side}_hip"] = hip
            out[f"{side}_shoulder"] = np.array([sway + across * 0.17, high + TRUNK_M, 0.0])
            (toe_z, toe_y), pitch = self._foot((phase - shift) % 1.0)
            width = across * (0.06 if self.gait == "walk" else 0.03)
            ankle_z = toe_z - TOE_M * math.cos(pitch)
            ankle_y = toe_y - TOE_M * math.sin(pitch) + ANKLE_M * math.cos(pitch)
            heel_z = ankle_z - HEEL_M * math.cos(pitch)
            heel_y = toe_y - (TOE_M + HEEL_M) * math.sin(pitch) + 0.02
            out[f"{side}_toe"] = np.array([width, toe_y + 0.02, toe_z])
            out[f"{side}_ankle"] = np.array([width, ankle_y, ankle_z])
            out[f"{side}_heel"] = np.array([width, heel_y, heel_z])
            out[f"{side}_knee"] = _knee(hip, out[f"{side}_ankle"])
        return out

    def _foot(self, phase: float) -> tuple[tuple[float, float], float]:
        """Toe (forward, up; m) and pitch of the foot (rad; positive: toe up) at a phase of the leg's stride."""
        duty, stride_m = self.duty, self.speed_m_s * 2.0 * self.step_s
        flat_z = TOE_M - 0.05  # of the toe at midstance
        strike = math.radians(20.0 if self.gait == "walk" and not self.on_the_spot else 4.0)
        push = math.radians(-62.0 if self.gait == "walk" else -70.0)
        if self.on_the_spot:
            push = math.radians(-25.0)

        def here(at: float) -> float:
            return flat_z - stride_m * (at - self.middle)

        if phase <= duty:
            if phase < 0.07:  # about the heel
                pitch = strike * (1.0 - _smooth(phase / 0.07))
                whole = TOE_M + HEEL_M
                return (here(phase) - whole * (1.0 - math.cos(pitch)), whole * math.sin(pitch)), pitch
            rise = 0.35 if self.gait == "walk" else 0.18
            share = max(0.0, phase - rise) / (duty - rise)
            return (here(phase), 0.0), push * share**2
        share = (phase - duty) / (1.0 - duty)
        whole = TOE_M + HEEL_M
        landing = here(1.0) + stride_m - whole * (1.0 - math.cos(strike))
        forward = here(duty) + (landing - here(duty)) * _smooth(share)
        kick = 0.28 if self.gait == "run" else (0.12 if self.on_the_spot else 0.05)
        lift = kick * math.sin(math.pi * share) ** 2 * (1.0 - share) * 1.5
        clearance = 0.015 * math.sin(math.pi * share)
        pitch = push + (strike - push) * _smooth(1.25 * share)
        return (forward, lift + clearance + whole * math.sin(strike) * _smooth(2.0 * share - 1.0)), pitch


def _knee(hip: Array, ankle: Array) -> Array:
    """Between hip and ankle, bent forward."""
    leg = ankle - hip
    long = float(np.linalg.norm(leg))
    along = (THIGH_M**2 - SHANK_M**2 + long**2) / (2.0 * long)
    out = math.sqrt(max(THIGH_M**2 - along**2, 0.0))
    forward = np.cross(leg / long, np.array([1.0, 0.0, 0.0]))
    forward = forward if forward[2] > 0 else -forward
    return np.asarray(hip + leg / long * along + forward * out)
