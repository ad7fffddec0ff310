"""Colours and patterns of cloth and skin, at random. A colour is (3,) RGB from 0 to 1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Colour = npt.NDArray[np.float32]
Pattern = tuple[int, float, Colour]  # kind (as the shader numbers them; 0 is plain), scale, second colour


def colour(rng: np.random.Generator) -> Colour:
    """Any colour. Dark and grey ones are as frequent as bright ones, as in a gym."""
    kind = rng.uniform()
    if kind < 0.35:
        grey = np.full(3, rng.uniform(0.02, 0.2), np.float32)
        return np.asarray(grey + rng.normal(0, 0.015, 3).astype(np.float32), np.float32)
    if kind < 0.5:
        return np.full(3, rng.uniform(0.3, 0.95), np.float32)
    hue = rng.uniform(0, 1, 3)
    hue = (hue - hue.min()) / (np.ptp(hue) + 1e-6)
    value, saturation = rng.uniform(0.15, 0.95), rng.uniform(0.2, 1.0)
    return np.asarray(value * (1 - saturation + saturation * hue), np.float32)


def skin_tone(rng: np.random.Generator) -> Colour:
    """Any tone between light and dark skin."""
    tone = rng.uniform()
    shade = (1 - tone) * np.array([0.95, 0.75, 0.63]) + tone * np.array([0.22, 0.13, 0.09])
    return np.asarray(shade * rng.uniform(0.85, 1.1, 3), np.float32)


def draw_pattern(rng: np.random.Generator) -> Pattern:
    """A pattern of cloth."""
    kind = int(rng.choice(9, p=(0.34, 0.09, 0.1, 0.06, 0.08, 0.07, 0.06, 0.1, 0.1)))
    return kind, float(rng.uniform(0.4, 1.6)), colour(rng)
