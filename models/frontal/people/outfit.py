"""What a person wears: garments or shells over each other, tight or loose, at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .accessories import draw_bands, draw_belt, draw_hair, draw_pouch, draw_shoes
from .body import Body
from .cloth import Cloth, hung_bottom, hung_top
from .garments import GARMENTS, fitted, read_fit, shell
from .looks import colour, draw_pattern

# Share of people who wear what runners wear in summer. The others show what cloth can hide.
IN_SUMMER_CLOTHES = 0.4
# How often each kind is worn: in summer clothes, and otherwise.
_SUMMER_BOTTOMS = {"tights": 0.35, "leggings": 0.3, "shorts": 0.35}
_SUMMER_TOPS = {"bra": 0.2, "tight": 0.4, "shirt": 0.3, "none": 0.1}
_BOTTOMS = {"tights": 0.15, "leggings": 0.2, "shorts": 0.25, "wide": 0.15, "trousers": 0.15, "skirt": 0.1}
_TOPS = {"bra": 0.12, "tight": 0.2, "shirt": 0.3, "long": 0.2, "hoodie": 0.12, "none": 0.06}
_CLINGS = ("skin", "tights", "leggings")


@dataclass(frozen=True)
class Measures:
    """What clothes are cut by (m): heights of a body at rest, and its shoulders' distance from the midline."""

    hip: float
    knee: float
    ankle: float
    waist: float
    neck: float
    shoulder: float


def measures_of(body: Body) -> Measures:
    """The measures of a body, from its joints."""
    joints = body.joints
    return Measures(
        hip=float((joints["thigh_l"][1] + joints["thigh_r"][1]) / 2), knee=float(joints["calf_l"][1]),
        ankle=float(joints["foot_l"][1]), waist=float(joints["spine_02"][1]), neck=float(joints["neck_01"][1]),
        shoulder=float(abs(joints["upperarm_l"][0])),
    )  # fmt: skip


def draw_outfit(rng: np.random.Generator, body: Body) -> list[Cloth]:
    """All that a person wears, from the inside out."""
    m = measures_of(body)
    out = _draw_clothes(rng, body, m)
    if rng.uniform() < 0.06:  # a jacket tied round the waist
        out.append(shell(rng, body, "jacket", m.hip - rng.uniform(0.05, 0.25), m.hip + rng.uniform(0.03, 0.1), 0.5,
                         puff_m=rng.uniform(0.02, 0.05), flare_m=rng.uniform(0.02, 0.1), fold_m=rng.uniform(0.01, 0.03)))  # fmt: skip
    if rng.uniform() < 0.3:
        bands = draw_bands(rng, body, m.hip, m.knee)
        # Over clothes that cling. Under those that hang, where only a bare thigh shows them.
        out = out + bands if all(cloth.part in _CLINGS for cloth in out if cloth.lowest < m.hip) else bands + out
    if rng.uniform() < 0.25:
        belt = draw_belt(rng, body, m.hip, m.waist)
        out.append(belt)
        out.extend(draw_pouch(rng, body, belt) for _ in range(int(rng.choice((0, 1, 2, 4)))))
    if rng.uniform() < 0.93:
        out.append(draw_shoes(rng, body))
    if rng.uniform() < 0.6:
        out.append(shell(rng, body, "socks", -9, m.ankle + rng.uniform(0.0, 0.25), 9, puff_m=0.003))
    if rng.uniform() < 0.85:
        out.append(draw_hair(rng, body))
    return out


def _draw_clothes(rng: np.random.Generator, body: Body, m: Measures) -> list[Cloth]:
    """Bottom and top, or a suit with or without more over it."""
    if rng.uniform() < IN_SUMMER_CLOTHES:
        bottom, top = _draw_bottom(rng, body, m, _SUMMER_BOTTOMS), _draw_top(rng, body, m, _SUMMER_TOPS)
        return bottom + top if rng.uniform() < 0.6 else top + bottom
    if rng.uniform() < 0.5:
        suits = sorted(path.stem for path in (GARMENTS / "clothes").glob("*suit*.mhclo"))
        out = [_draw_suit(rng, body, str(rng.choice(suits)), m)]
        if rng.uniform() < 0.5:
            out.extend(_draw_bottom(rng, body, m, _BOTTOMS))
        if rng.uniform() < 0.35:
            out.extend(_draw_top(rng, body, m, _TOPS))
        return out
    bottom, top = _draw_bottom(rng, body, m, _BOTTOMS), _draw_top(rng, body, m, _TOPS)
    return bottom + top if rng.uniform() < 0.7 else top + bottom


def _draw_suit(rng: np.random.Generator, body: Body, name: str, m: Measures) -> Cloth:
    """A suit of the collection, trousers and shirt in two colours, cut off at any height."""
    fit = read_fit(f"clothes/{name}")
    vertices = fitted(fit, body)
    belt = rng.uniform(m.hip + 0.02, m.waist + 0.05)
    trousers, shirt = colour(rng), colour(rng)
    lowest = float(
        rng.choice(
            (-9.0, rng.uniform(min(m.knee - 0.05, m.hip - 0.12), m.hip - 0.12), rng.uniform(m.ankle, m.knee)),
            p=(0.4, 0.4, 0.2),
        )
    )
    widest = float(rng.choice((9.0, rng.uniform(0.15, 0.6)), p=(0.6, 0.4)))
    return Cloth(
        vertices, fit.faces, fit.weights, name, ((float(belt), trousers), (9.0, shirt)), lowest, 9.0, widest,
        float(rng.normal(0, 0.03)), float(abs(rng.normal(0, 0.012))), float(abs(rng.normal(0, 0.015))),
        float(abs(rng.normal(0, 0.008))), float(abs(rng.normal(0, 0.01))), float(rng.uniform(0, 100)),
        float(rng.uniform(0, 0.5)), draw_pattern(rng),
    )  # fmt: skip


def _draw_bottom(rng: np.random.Generator, body: Body, m: Measures, kinds: dict[str, float]) -> list[Cloth]:
    """Tights, shorts, trousers or a skirt. kinds: how often each is worn."""
    top = rng.uniform(m.hip + 0.04, m.waist + 0.06)
    kind = rng.choice(list(kinds), p=list(kinds.values()))
    thigh = m.hip - m.knee
    if kind == "tights":
        return [shell(rng, body, kind, m.knee + thigh * rng.uniform(0.1, 0.75), top, 0.4, puff_m=0.003, fold_m=0.001)]
    if kind == "leggings":
        return [shell(rng, body, kind, rng.uniform(m.ankle, m.knee), top, 0.4, puff_m=0.003, fold_m=0.001)]
    if kind == "shorts":
        return [shell(rng, body, kind, m.knee + thigh * rng.uniform(0.1, 0.7), top, 0.4, puff_m=rng.uniform(0.006, 0.018),
                       flare_m=rng.uniform(0.005, 0.035), fold_m=rng.uniform(0.002, 0.01), sag_m=rng.uniform(0, 0.02))]  # fmt: skip
    if kind == "wide":
        wide = shell(rng, body, kind, m.knee + thigh * rng.uniform(-0.15, 0.5), top, 0.4, puff_m=rng.uniform(0.015, 0.035),
                      flare_m=rng.uniform(0.02, 0.07), fold_m=rng.uniform(0.006, 0.02), sag_m=rng.uniform(0, 0.04))  # fmt: skip
        return [hung_bottom(rng, wide, 0.4)]
    if kind == "trousers":
        return [shell(rng, body, kind, m.ankle + rng.uniform(-0.05, 0.1), top, 0.4, puff_m=rng.uniform(0.01, 0.03),
                       flare_m=rng.uniform(0.01, 0.05), fold_m=rng.uniform(0.005, 0.018), sag_m=rng.uniform(0, 0.04))]  # fmt: skip
    return [
        shell(rng, body, "tights", m.knee + thigh * rng.uniform(0.1, 0.6), top, 0.4, puff_m=0.003, fold_m=0.001),
        hung_bottom(rng, shell(rng, body, kind, m.knee + thigh * rng.uniform(0.2, 0.6), top, 0.4, puff_m=rng.uniform(0.01, 0.02),
                                 flare_m=rng.uniform(0.05, 0.12), fold_m=rng.uniform(0.01, 0.02)), 1.0),
    ]  # fmt: skip


def _draw_top(rng: np.random.Generator, body: Body, m: Measures, kinds: dict[str, float]) -> list[Cloth]:
    """A shirt of any kind, or none. kinds: how often each is worn."""
    kind = rng.choice(list(kinds), p=list(kinds.values()))
    sleeve = m.shoulder + rng.choice((rng.uniform(-0.04, 0.02), rng.uniform(0.05, 0.25), 0.7))
    top = m.neck + rng.uniform(-0.12, 0.0)
    if kind == "none":
        return []
    if kind == "bra":
        lowest = m.waist + (m.neck - m.waist) * rng.uniform(0.2, 0.45)
        return [shell(rng, body, kind, lowest, top, m.shoulder - 0.02, puff_m=0.003)]
    if kind == "tight":
        return [shell(rng, body, kind, rng.uniform(m.hip - 0.02, m.waist), top, sleeve, puff_m=0.004, fold_m=0.002)]
    if kind == "shirt":
        loose = shell(rng, body, kind, rng.uniform(m.hip - 0.05, m.waist), top, sleeve, puff_m=rng.uniform(0.006, 0.02),
                       flare_m=rng.uniform(0.0, 0.04), fold_m=rng.uniform(0.003, 0.014), sag_m=rng.uniform(0, 0.02))  # fmt: skip
    elif kind == "long":
        loose = shell(rng, body, kind, m.hip - (m.hip - m.knee) * rng.uniform(0.05, 0.5), top, sleeve, puff_m=rng.uniform(0.01, 0.03),
                       flare_m=rng.uniform(0.01, 0.06), fold_m=rng.uniform(0.005, 0.018), sag_m=rng.uniform(0, 0.03))  # fmt: skip
    else:
        loose = shell(rng, body, kind, m.hip - rng.uniform(-0.04, 0.12), top, 0.75, puff_m=rng.uniform(0.02, 0.045),
                       flare_m=rng.uniform(0.0, 0.03), fold_m=rng.uniform(0.008, 0.02), sag_m=rng.uniform(0, 0.03))  # fmt: skip
    return [hung_top(rng, loose, loose.puff_m + loose.flare_m)]
