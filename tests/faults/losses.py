"""What a fault cost: read from a session folder afterwards, with the cores that the program itself uses."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import numpy as np

from runform_live import config
from runform_live.coach import catalogue
from runform_live.coach.choosing import CueChooser
from runform_live.gait.run_phase import PAUSE_S
from runform_live.messages import LANDMARKS, Pose
from runform_live.session.landmarks import landmarks_of
from runform_live.session.reader import Session
from runform_live.session.recording import video_files
from tests.makers import Monitor

SAME_STANCE_S = 0.05
SAME_CUE_S = 3.5  # rounding in the table can move a judgement; the next cue then comes a pause between cues later
HELD_BACK_S = 1.0  # a stance is only told when the smoother has passed its end
BLIND_S = 0.5  # without a pose


@dataclass(frozen=True, slots=True)
class Gap:
    """A time (s, of the session) in which something is missing."""

    from_s: float
    until_s: float

    @property
    def length_s(self) -> float:
        return self.until_s - self.from_s


def video_times_s(folder: Path) -> list[float]:
    """The times of all pictures that can be read from a session's videos, in order."""
    times_s: list[float] = []
    for path in video_files(folder):
        try:
            with av.open(str(path)) as container:
                stream = container.streams.video[0]
                packets = (packet for packet in container.demux(stream) if packet.pts is not None and packet.size)
                times_s.extend(float(packet.pts * packet.time_base) for packet in packets)
        except (av.error.FFmpegError, IndexError):
            continue
    return sorted(times_s)


def gaps(times_s: list[float], longer_s: float) -> list[Gap]:
    """Where nothing came for longer than that."""
    return [Gap(a, b) for a, b in itertools.pairwise(times_s) if b - a > longer_s]


def stances_lost(session: Session) -> list[float]:
    """Midstances (s) that the session's own poses show, and that are not in its table.

    The gait core runs once more over the poses that were kept. Frames that nobody saw are missing in both. A stance at the edge of such
    a time may be left out on purpose: its level or its view went with the camera, which the poses alone do not tell.
    """
    times_s, landmarks = landmarks_of(session)
    monitor = Monitor(session.summary.view if session.summary.view in ("posterior", "anterior") else "unknown")
    found = []
    for number, (time_s, points) in enumerate(zip(times_s, landmarks, strict=True)):
        pose = Pose(frame=number + 1, time_s=float(time_s), stamp_s=0.0, found=bool(np.isfinite(points[:, 0]).any()),
                    detected=False, brightness=0.5, cut_off=False)  # fmt: skip
        assert points.shape == (len(LANDMARKS), 3)
        found += monitor.push(pose, points.astype(np.float64))
    found += monitor.finish()
    kept = np.array([stance.midstance_s for stance in session.stances] or [-np.inf])
    blind = gaps([float(time_s) for time_s in times_s], BLIND_S)
    return [
        one.midstance_s
        for one in found
        if np.abs(kept - one.midstance_s).min() > SAME_STANCE_S
        and not any(gap.from_s - HELD_BACK_S < one.midstance_s < gap.until_s + HELD_BACK_S for gap in blind)
    ]


def cues_lost(session: Session, settings: config.Config) -> list[float]:
    """Times (s) of the cues that the coach gives to the stances of the table, and that were not given."""
    cues, _ = catalogue.shipped()
    coach = CueChooser(settings.coach, cues)
    given_s = np.array([event["time_s"] for event in session.events if event.get("kind") == "cue"] or [-np.inf])
    wanted_s, last_s = [], -np.inf
    for stance in session.stances:
        if stance.initial_contact_s - last_s > PAUSE_S:  # the coach process forgets what was before a pause
            coach.forget()
        last_s = stance.toe_off_s
        if coach.push(stance) is not None:
            wanted_s.append(last_s)
    return [at_s for at_s in wanted_s if np.abs(given_s - at_s).min() > SAME_CUE_S]
