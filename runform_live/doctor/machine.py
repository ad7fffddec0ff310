"""Checks whether the processor is fast enough, the disk large enough, and every network file undamaged."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

import numpy as np

from runform_live.config import Config
from runform_live.doctor.finding import Finding, english
from runform_live.errors import BadInput
from runform_live.pose import cards
from runform_live.pose.find import whole_picture
from runform_live.pose.look import LandmarkNetwork
from runform_live.safe_files import make_folders
from runform_live.texts import Texts

PICTURES = 30
NEEDED_HZ = 60.0  # with the network alone; 30 frames/s are then left with everything else running
WRITE_MIB = 32
SLOW_MIB_S = 20.0
MIB_A_MINUTE = 40.0  # size of a 720p recording at 30 frames/s
SHORT_MINUTES = 60.0


def processor(config: Config, said: Texts | None = None) -> Finding:
    """How many pictures a second the landmark network manages here."""
    said = said or english()
    network = LandmarkNetwork(cards.find(config.pose.network, "landmarks"), config.pose.threads)
    picture = np.random.default_rng(1).integers(0, 255, (720, 1280, 3), np.uint8)
    region = whole_picture(720, 1280)
    for _ in range(5):
        _ = network.look(picture, region).landmarks  # with the pelvis from near
    began_s = time.perf_counter()
    for _ in range(PICTURES):
        _ = network.look(picture, region).landmarks  # with the pelvis from near
    rate_hz = PICTURES / (time.perf_counter() - began_s)
    seen = said("doctor.processor", cores=os.cpu_count(), rate=f"{rate_hz:.0f}", network=config.pose.network)
    figures = {"cores": float(os.cpu_count() or 0), "rate_hz": rate_hz}
    if rate_hz < NEEDED_HZ:
        return Finding("processor", "poor", seen, said("doctor.processor_slow"), figures)
    return Finding("processor", "good", seen, "", figures)


def disk(folder: Path, said: Texts | None = None) -> Finding:
    """How fast and how long a session can be written."""
    said = said or english()
    probe = folder / ".runform-doctor"
    block = os.urandom(2**20)
    try:
        make_folders(folder)
        began_s = time.perf_counter()
        with probe.open("wb") as out:
            for _ in range(WRITE_MIB):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        speed = WRITE_MIB / (time.perf_counter() - began_s)
    except OSError as trouble:
        seen = said("doctor.disk.closed", folder=folder, reason=trouble.strerror)
        return Finding("disk", "missing", seen, said("doctor.disk.other"))
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    minutes = shutil.disk_usage(folder).free / 2**20 / MIB_A_MINUTE
    seen = said("doctor.disk.room", folder=folder, speed=f"{speed:.0f}", hours=f"{minutes / 60:.0f}")
    figures = {"mib_s": speed, "minutes": minutes}
    if speed < SLOW_MIB_S or minutes < SHORT_MINUTES:
        return Finding("disk", "poor", seen, said("doctor.disk.full"), figures)
    return Finding("disk", "good", seen, "", figures)


def networks(said: Texts | None = None) -> Finding:
    """Whether every network file is the one that its card names."""
    said = said or english()
    try:
        names = [card.network.name for card in cards.shipped() if card.checked_bytes()]
    except BadInput as trouble:
        return Finding("networks", "missing", str(trouble), said("doctor.networks.again"))
    return Finding("networks", "good", said("doctor.networks.whole", names=", ".join(names)))
