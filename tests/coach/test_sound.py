"""A cue that is really heard: a real sound server with a null sink, recorded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from runform_live.coach.sound import GAP_S, RATE_HZ, Mixer, Speaker
from runform_live.coach.tones import MIDDLE_HZ, loudness, pitch_hz, placed, stance_tone
from runform_live.errors import BadInput
from runform_live.messages import Band
from runform_live.runtime.audible import null_sink


@pytest.fixture
def server() -> Iterator[dict[str, str]]:
    try:
        with null_sink():
            yield dict(os.environ)
    except BadInput as missing:
        pytest.skip(f"{missing}; .ci/setup.sh test installs it")


PLAY = """
import sys, time
from runform_live.coach.process import CALL_HZ, CALL_S, read_sounds
from runform_live.coach.sound import RATE_HZ, Speaker
from runform_live.coach.tones import beep
speaker = Speaker(0.8)
try:
    assert not speaker.trouble, speaker.trouble
    time.sleep(1.0)
    assert speaker.play(beep(CALL_HZ, CALL_S, RATE_HZ, 0.5), read_sounds("en")[0]["belt_level_left"])
    time.sleep(4.0)
    assert speaker.started_s is not None
finally:
    speaker.close()
"""


@pytest.mark.slow
def test_a_cue_is_heard(server: dict[str, str], tmp_path: Path) -> None:
    heard = tmp_path / "heard.s16"
    with heard.open("wb") as file:  # a pipe that nobody reads is full after 1.5 s, and the recorder then waits
        recorder = subprocess.Popen(
            ["parec", "--device=null.monitor", "--format=s16le", "--rate=22050", "--channels=1", "--latency-msec=10"],
            env=server,
            stdout=file,
        )
        subprocess.run([sys.executable, "-c", PLAY], env=server, check=True, timeout=60)
        recorder.terminate()
        recorder.wait()
    samples = np.fromfile(heard, np.int16).astype(float)
    loud = np.flatnonzero(np.abs(samples) > 1000)
    assert len(loud) > 22050 * 0.5, "more than half a second of sound"
    start = loud[0]
    spectrum = np.abs(np.fft.rfft(samples[start : start + 3000]))
    peak_hz = np.fft.rfftfreq(3000, 1 / 22050)[spectrum.argmax()]
    assert abs(peak_hz - 660) < 15, "the tone comes first"
    assert np.abs(samples[start + 8000 :]).max() > 1500, "and the words after it"


GONE = """
import time
from runform_live.coach import sound
from runform_live.coach.tones import beep
from runform_live.runtime.audible import null_sink

def tended(speaker, good):
    until = time.monotonic() + 15
    while bool(speaker.trouble) == good and time.monotonic() < until:
        speaker.tend()
        time.sleep(0.05)
    return bool(speaker.trouble) != good

sound.LOOK_AGAIN_S = 0.5
with null_sink():
    speaker = sound.Speaker(0.8)
    assert not speaker.trouble, speaker.trouble
    time.sleep(1.5)
    speaker.tend()
    assert not speaker.trouble, "silence alone is no reason"
assert tended(speaker, good=False), "a server that has ended is noticed"
assert "gone" in speaker.trouble or "no sound device" in speaker.trouble
assert not speaker.play(beep(440.0, 0.1, sound.RATE_HZ, 0.5))
with null_sink():
    assert tended(speaker, good=True), "and one that has come is taken"
    assert speaker.play(beep(440.0, 0.1, sound.RATE_HZ, 0.5))
    time.sleep(0.5)
    assert speaker.started_s is not None
    speaker.close()
"""


@pytest.mark.slow
def test_a_device_that_disappears_is_said_and_taken_again_when_it_returns(server: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", GONE], env=server, check=True, timeout=90)


def test_without_a_device_the_speaker_says_why_and_plays_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import miniaudio

    def none(*_: object, **__: object) -> None:
        raise miniaudio.MiniaudioError("failed to init device", -401)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", none)
    speaker = Speaker(0.5)
    assert speaker.trouble.startswith("no sound device")
    assert not speaker.play(np.zeros(10, np.int16))
    speaker.close()


def tone(samples: int = 100, level: int = 1000) -> np.ndarray:
    return np.full((samples, 2), level, np.int16)


def test_a_row_of_sounds_is_mixed_with_a_gap_and_replaced_by_the_next() -> None:
    mixer = Mixer(1.0)
    mixer.play(tone(), tone(level=2000))
    gap = int(GAP_S * RATE_HZ)
    out = mixer.take(200 + gap + 50)[:, 0]
    assert (out[:100] == 1000).all() and (out[100 : 100 + gap] == 0).all()
    assert (out[100 + gap : 200 + gap] == 2000).all() and not mixer.busy
    mixer.play(tone(5000))
    mixer.take(10)
    mixer.play(tone(50, 300))
    assert (mixer.take(60)[:, 1][:50] == 300).all(), "the new one is heard at once"


def test_the_volume_holds_for_what_is_played_next() -> None:
    mixer = Mixer(1.0)
    mixer.set_volume(0.25)
    mixer.play(tone(100, 1000))
    assert mixer.take(100).max() == 250


def test_the_metronome_clicks_at_its_rate_across_any_buffers() -> None:
    mixer = Mixer(1.0)
    mixer.beat(180.0)
    out = np.concatenate([mixer.take(n) for n in [441, 7, 1000, 220] * 60])[:, 0].astype(float)
    loud = np.flatnonzero(np.abs(out) > 2000)
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-9999) > 1000)]
    np.testing.assert_allclose(np.diff(starts), RATE_HZ * 60 / 180, atol=2)


def test_a_stance_tone_lies_on_its_side_and_rises_with_the_drop() -> None:
    band = Band(high=6.0)
    left = stance_tone(8.0, band, "left", RATE_HZ).astype(float)
    assert np.abs(left[:, 0]).max() > 4 * np.abs(left[:, 1]).max()
    assert pitch_hz(6.0, band) == pytest.approx(MIDDLE_HZ)
    assert pitch_hz(18.0, band) == pytest.approx(2 * MIDDLE_HZ) == pytest.approx(pitch_hz(60.0, band))
    assert pitch_hz(5.0, band) < pitch_hz(7.0, band)


@pytest.mark.parametrize(
    ("volume", "taken"), [(10.0, 1.0), (float("inf"), 1.0), (-1.0, 0.0), (float("nan"), 0.0), (0.5, 0.5)]
)
def test_a_volume_outside_its_range_never_turns_samples_over(volume: float, taken: float) -> None:
    sine = np.sin(np.linspace(0, 20, 500))
    for mixer in (Mixer(volume), Mixer(0.1)):
        mixer.set_volume(volume)
        mixer.play(placed(sine, None))
        mixer.beat(6000.0)
        out = mixer.take(500)[:, 0].astype(float)
        assert (out[sine > 0.9] >= 0).all() and (out[sine < -0.9] <= 0).all()
    assert loudness(volume) == taken


def test_samples_beyond_full_scale_are_cut_off_and_unknown_ones_are_silent() -> None:
    found = placed(np.array([0.0, 2.0, -3.0, np.inf, -np.inf, np.nan]), None)
    assert found[:, 0].tolist() == [0, 32767, -32767, 32767, -32767, 0]


def test_the_tone_of_an_unknown_value_is_the_middle_one() -> None:
    assert pitch_hz(float("nan"), Band(0, 5)) == MIDDLE_HZ
