"""The doctor on a machine without any device, and its judgements on made ones."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from runform_live import config
from runform_live.coach.sound import RATE_HZ
from runform_live.coach.tones import beep
from runform_live.doctor import cameras, graphics, machine, sound
from runform_live.errors import BadInput
from runform_live.picture_quality import brightness, sharpness
from runform_live.pose import cards
from tests.running import runform


def test_a_slow_dark_blurred_camera_is_told_what_to_change() -> None:
    found = cameras.judge("camera 0", 640, 480, 12.0, 0.05, 3.0)
    assert found.state == "poor"
    assert all(word in found.advice for word in ("30 frames/s", "light", "focus"))
    assert cameras.judge("camera 0", 1280, 720, 30.0, 0.5, 120.0).state == "good"


def test_blur_lowers_the_sharpness_and_darkness_the_brightness() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (360, 640, 3)).astype(np.uint8)
    assert sharpness(np.asarray(cv2.GaussianBlur(picture, (0, 0), 4), np.uint8)) < sharpness(picture) / 20
    assert brightness(picture // 4) < 0.15 < brightness(picture)


def test_a_tone_is_heard_in_noise_and_not_in_noise_alone() -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 0.01, RATE_HZ)
    tone = noise.copy()
    tone[4000 : 4000 + int(0.6 * RATE_HZ)] += 0.05 * beep(sound.TONE_HZ, 0.6, RATE_HZ)
    assert sound.heard(tone) > sound.HEARD
    assert sound.heard(np.zeros(RATE_HZ)) == 0.0
    other = noise + 0.1 * np.sin(2 * np.pi * 440 * np.arange(RATE_HZ) / RATE_HZ)
    assert sound.heard(tone) > 20 * sound.heard(other)


def test_no_screen_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    found = graphics.check()
    assert found.state == "missing" and "--no-window" in found.advice


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.disk(tmp_path / "new").state in ("good", "poor")
    assert list((tmp_path / "new").iterdir()) == [], "the probe is gone"

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert machine.disk(tmp_path).state == "missing"


def test_a_damaged_network_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.networks().state == "good"

    def refuse(_card: cards.Card) -> bytes:
        raise BadInput("network file x is not the one that its card names")

    monkeypatch.setattr(cards.Card, "checked_bytes", refuse)
    assert machine.networks().state == "missing"


@pytest.mark.slow
def test_the_verb_works_without_any_device_and_speaks_json() -> None:
    done = runform("doctor", "--json")
    assert done.returncode == 0, done.stderr
    found = {row["part"]: row for row in json.loads(done.stdout)}
    assert {"sound", "graphics", "processor", "disk", "networks"} <= set(found)
    assert found["networks"]["state"] == "good"
    assert all(row["advice"] for row in found.values() if row["state"] != "good")
    assert found["processor"]["figures"]["rate_hz"] > 0
    assert config.load().pose.network in found["processor"]["seen"]
