"""Contrast of text, and left against right under the three colour blindnesses."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from runform_live import config
from runform_live.dashboard import number_model, theme
from runform_live.dashboard.model import DashboardModel
from runform_live.model_used import ModelUsed
from tests.makers import stances

# Severity 1.0 matrices of Machado, Oliveira and Fernandes 2009 (IEEE TVCG 15:1291), for linear RGB.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour: theme.Colour) -> np.ndarray:
    c = np.array(colour) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(a: theme.Colour, b: theme.Colour) -> float:
    """WCAG contrast ratio."""
    la, lb = (float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = (
        np.array(
            [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
        )
        @ rgb
    )
    t = xyz / [0.95047, 1.0, 1.08883]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, two: np.ndarray) -> float:
    """Sharma, Wu and Dalal 2005 (Color Res Appl 30:21)."""
    l1, a1, b1 = one
    l2, a2, b2 = two
    c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(c**7 / (c**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = math.degrees(math.atan2(b1, a1)) % 360, math.degrees(math.atan2(b2, a2)) % 360
    dh = (h2 - h1 + 180) % 360 - 180
    dl, dc = l2 - l1, c2 - c1
    dhh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (h1 + h2) / 2 if abs(h1 - h2) <= 180 else (h1 + h2 + 360) / 2
    t = (1 - 0.17 * math.cos(math.radians(hm - 30)) + 0.24 * math.cos(math.radians(2 * hm))
         + 0.32 * math.cos(math.radians(3 * hm + 6)) - 0.20 * math.cos(math.radians(4 * hm - 63)))  # fmt: skip
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -2 * math.sqrt(cm**7 / (cm**7 + 25**7)) * math.sin(math.radians(60 * math.exp(-(((hm - 275) / 25) ** 2))))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dhh / sh) ** 2 + rt * (dc / sc) * (dhh / sh))


def test_the_difference_formula_gives_the_published_values() -> None:
    assert ciede2000(np.array([50, 2.6772, -79.7751]), np.array([50, 0, -82.7485])) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000(np.array([50, 2.5, 0]), np.array([73, 25, -18])) == pytest.approx(27.1492, abs=1e-4)


PALETTES = {"dark": theme.DARK, "light": theme.LIGHT}


@pytest.mark.parametrize("name", ["text", "quiet", "warn", "left", "right"])
@pytest.mark.parametrize("ground", ["background", "panel"])
@pytest.mark.parametrize("palette", PALETTES)
def test_text_has_contrast(name: str, ground: str, palette: str) -> None:
    assert contrast(getattr(PALETTES[palette], name), getattr(PALETTES[palette], ground)) >= 4.5


@pytest.mark.parametrize("palette", PALETTES)
def test_a_key_that_a_page_waits_for_has_contrast(palette: str) -> None:
    assert contrast(PALETTES[palette].text, PALETTES[palette].scale) >= 4.5


def seen_as(colour: theme.Colour, blindness: str) -> np.ndarray:
    return lab(np.clip(np.array(BLINDNESS[blindness]) @ linear(colour), 0, 1))


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("pair", [("left", "right"), ("text", "warn"), ("target", "scale")])
def test_what_differs_in_meaning_differs_for_every_eye(pair: tuple[str, str], palette: str, blindness: str) -> None:
    """Left and right; inside and outside of the target; the target's zone and the rest of the scale."""
    one, other = (seen_as(getattr(PALETTES[palette], name), blindness) for name in pair)
    assert ciede2000(one, other) >= 20


def test_a_colour_never_carries_the_meaning_alone() -> None:
    settings = config.load()
    settings = msgspec.structs.replace(settings, coach=msgspec.structs.replace(settings.coach, target_from="settings"))
    words = set()
    for drop in (4.0, 9.0):
        model = DashboardModel(settings, ModelUsed("network", "0" * 64))
        for one in stances(20, drop, drop):
            model.take(one, 0.0)
        words.add(number_model.card(model, "left").words)
    assert len(words) == 2
