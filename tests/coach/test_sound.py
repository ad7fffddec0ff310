"""A cue that is really heard: a real sound server with a null sink, recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import numpy as np
import pytest

from runform_live.coach.sound import Speaker

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[dict[str, str]]:
    if shutil.which("pulseaudio") is None:
        pytest.skip("pulseaudio is missing; .ci/setup.sh test installs it")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_RUNTIME_DIR": folder, "HOME": folder, "PULSE_SERVER": f"unix:{folder}/s"}
        process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes",
             "-L", f"module-native-protocol-unix auth-anonymous=1 socket={folder}/s",
             "-L", "module-null-sink sink_name=null norewinds=1"],
            env=environment, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(100):
            if subprocess.run(["pactl", "info"], env=environment, capture_output=True).returncode == 0:
                break
            time.sleep(0.1)
        else:
            process.kill()
            pytest.skip("pulseaudio does not start here")
        yield environment
        process.terminate()
        process.wait()


PLAY = """
import sys, time
from runform_live import resources
from runform_live.coach.sound import Speaker, decode
speaker = Speaker(0.8)
assert not speaker.trouble, speaker.trouble
folder = resources.folder("configs") / "sounds"
time.sleep(1.0)
assert speaker.play(decode(folder / "tone.flac"), decode(folder / "belt_level_left.flac"))
time.sleep(4.0)
assert speaker.started_s is not None
speaker.close()
"""


def test_a_cue_is_heard(server: dict[str, str]) -> None:
    recorder = subprocess.Popen(
        ["parec", "--device=null.monitor", "--format=s16le", "--rate=22050", "--channels=1", "--latency-msec=10"],
        env=server,
        stdout=subprocess.PIPE,
    )
    subprocess.run([sys.executable, "-c", PLAY], env=server, check=True, timeout=60)
    recorder.terminate()
    assert recorder.stdout is not None
    samples = np.frombuffer(recorder.stdout.read(), np.int16).astype(float)
    loud = np.flatnonzero(np.abs(samples) > 1000)
    assert len(loud) > 22050 * 0.5, "more than half a second of sound"
    start = loud[0]
    spectrum = np.abs(np.fft.rfft(samples[start : start + 3000]))
    peak_hz = np.fft.rfftfreq(3000, 1 / 22050)[spectrum.argmax()]
    assert abs(peak_hz - 660) < 15, "the tone comes first"
    assert np.abs(samples[start + 8000 :]).max() > 1500, "and the words after it"


def test_without_a_device_the_speaker_says_why_and_plays_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import miniaudio

    def none(*_: object, **__: object) -> None:
        raise miniaudio.MiniaudioError("failed to init device", -401)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", none)
    speaker = Speaker(0.5)
    assert speaker.trouble.startswith("no sound device")
    assert not speaker.play(np.zeros(10, np.int16))
    speaker.close()
