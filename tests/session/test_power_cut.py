"""A power cut: the image of a disk is copied while a session is written on it, and the copy is mounted and read."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runform_live.session.pictures import find
from runform_live.session.reader import read
from runform_live.session.video import readable

pytestmark = pytest.mark.slow
LOST_S = 1.0  # at most
RATE_HZ = 30.0

DRIVER = """
import sys, time
from pathlib import Path
import numpy as np
from runform_live import config
from runform_live.session.record import SessionRecord
from runform_live.session.new_folder import new_folder
from tests.makers import stance, standing
from tests.session.test_reader import gait
folder = new_folder(Path(sys.argv[1]), "run")
record = SessionRecord(folder, "0", config.load(), "live")
record.opened(240, 320, 30.0)
record.record()
picture = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)
began_s, number = time.monotonic(), 0
while True:
    time_s = number / 30
    time.sleep(max(0.0, began_s + time_s - time.monotonic()))
    number += 1
    record.pose(number, time_s, standing())
    record.picture(number, time_s, np.roll(picture, number, axis=1))
    if number % 10 == 0:
        record.stance(stance("left" if number % 20 else "right", time_s))
        record.event("note", "x")
        record.gait(gait(time_s=time_s))
    print(time_s, flush=True)
"""


@contextlib.contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    at.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(at)], check=True, capture_output=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """An empty disk of 48 MB."""
    path = tmp_path / "disk.img"
    with path.open("wb") as out:
        out.truncate(48 << 20)
    try:
        subprocess.run(["mkfs.ext4", "-q", str(path)], check=True, capture_output=True)
        with mounted(path, tmp_path / "probe"):
            pass
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a disk image cannot be mounted here")
    return path


def test_a_power_cut_costs_a_second_at_most(image: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    cuts: list[tuple[Path, float]] = []
    with mounted(image, tmp_path / "disk") as disk:
        driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(disk)], stdout=subprocess.PIPE, text=True)
        assert driver.stdout is not None
        try:
            for cut_s in sorted(chance.uniform(0.3, 4.5) for _ in range(6)):
                at_s = 0.0
                while at_s < cut_s:
                    at_s = float(driver.stdout.readline())
                driver.send_signal(signal.SIGSTOP)  # so that the copy is of one moment
                time.sleep(0.02)
                copy = tmp_path / f"cut-{len(cuts)}.img"
                shutil.copyfile(image, copy)
                os.kill(driver.pid, signal.SIGCONT)
                cuts.append((copy, at_s))
        finally:
            driver.kill()
            driver.wait()
    for copy, at_s in cuts:
        with mounted(copy, tmp_path / "copy") as disk:
            session = read(disk / "run")
            assert session.info.ended == "interrupted"
            times_s = session.poses().column("time_s").to_pylist()
            assert (times_s[-1] if times_s else 0.0) >= at_s - LOST_S
            assert times_s == sorted(times_s)
            last_s = session.stances[-1].midstance_s if session.stances else 0.0
            assert last_s >= at_s - LOST_S - 10 / RATE_HZ, "a stance every ten frames"
            assert len(session.events) == len(session.stances) or abs(len(session.events) - len(session.stances)) <= 2
            films = [found for part in session.info.videos if (found := readable(session.folder / part.file))]
            assert (films[-1].end_s if films else 0.0) >= at_s - LOST_S
            if at_s > 2 * LOST_S:
                pictures = find(session).pictures
                assert pictures is not None and pictures.at(at_s - LOST_S) is not None
                pictures.close()
                assert session.summary.view == "posterior"
