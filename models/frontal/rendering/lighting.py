"""The light in which somebody is filmed, at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .drawing import Light

OWN_SHADOWS = 0.5  # share of lights in which limbs and clothes throw shadows on the person
ONE_WINDOW = 0.3  # share of lights that come mostly from one side (README.md, "No shortcuts")


def draw_light(rng: np.random.Generator) -> Light:
    """A sun from any side and light from above and below; in some rooms one window, in half of them the person's own shadows."""
    around, up = rng.uniform(0, 2 * np.pi), rng.uniform(-0.1, 1.0)
    flat = np.sqrt(max(1 - min(up, 0.98) ** 2, 0))
    sun = np.array([np.cos(around) * flat, up, np.sin(around) * flat], np.float32)
    strength = rng.uniform(0.0, 0.9)
    tint = 1 + rng.normal(0, 0.08, 3)
    fill = rng.uniform(0.25, 0.8) * (1.1 - 0.5 * strength)
    light = Light(
        sun / np.linalg.norm(sun), (strength * tint).astype(np.float32), (fill * (1 + rng.normal(0, 0.06, 3))).astype(np.float32),
        (fill * rng.uniform(0.4, 1.0) * (1 + rng.normal(0, 0.06, 3))).astype(np.float32), int(rng.choice(4, p=(0.6, 0.08, 0.2, 0.12))),
        float(rng.uniform(0.3, 1.0)) if rng.uniform() < 0.25 else 0.0,
    )  # fmt: skip
    if rng.uniform() < ONE_WINDOW:
        light = from_one_side(rng, light)
    return replace(light, own_shadow=float(rng.uniform(0.4, 1.0))) if rng.uniform() < OWN_SHADOWS else light


def from_one_side(rng: np.random.Generator, light: Light) -> Light:
    """The same light, but as in a room with one window: one side has several times the light of the other."""
    sun = np.array([rng.choice((-0.9, 0.9)), rng.uniform(-0.1, 0.6), rng.uniform(-0.4, 0.4)])
    bright, dim = rng.uniform(0.5, 1.0), rng.uniform(0.12, 0.35)
    dimmed = np.float32(dim / light.sky.mean())
    lit = np.float32(bright / max(float(light.sun_colour.mean()), 1e-3))
    return replace(
        light, sun=(sun / np.linalg.norm(sun)).astype(np.float32), sun_colour=light.sun_colour * lit,
        sky=light.sky * dimmed, ground=light.ground * dimmed,
    )  # fmt: skip
