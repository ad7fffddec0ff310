"""Small sessions to export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from runform_live import config
from runform_live.messages import BodyShares, Person, Stance
from runform_live.session.new_folder import new_folder
from runform_live.session.reader import Session, read
from runform_live.session.record import SessionRecord
from tests.makers import Landmarks, flat, stance, standing
from tests.session.test_reader import gait

HEIGHT_PX, WIDTH_PX, RATE_HZ = 720, 1280, 30.0
TRUNK_PX = 150.0  # of `standing`
TALL = Person(id="an-id", pseudonym="Ada", height_m=1.80)
BODY = BodyShares(hip_width=0.15, trunk=0.4)
# A step a side, with one value unknown.
STANCES = (
    stance("left", 0.5, 4.0, step_width_hip=None),
    stance("right", 1.0, 2.5),
    stance("left", 1.5, 4.5, knee_valgus_mid_deg=None),
)


def walking_by(frame: int) -> Landmarks:
    """A stick figure that moves by a pixel a frame, to the right."""
    return standing(centre=(640.0 + frame, 350.0))


def nobody() -> Landmarks:
    return np.full_like(standing(), np.nan)


def session(
    parent: Path,
    frames: Sequence[tuple[float, Landmarks]] | None = None,
    stances: Sequence[Stance] = STANCES,
    *,
    person: Person | None = TALL,
    body: BodyShares | None = BODY,
    film: bool = False,
    **state: object,
) -> Session:
    """A finished session of 60 frames at 30 a second, or of these (time, landmarks). film: with a recording of its own.

    state: what the gait stage says of the recording.
    """
    if frames is None:
        frames = [(frame / RATE_HZ, walking_by(frame)) for frame in range(60)]
    folder = new_folder(parent, "run")
    with SessionRecord(folder, "0", config.load(), "live") as record:
        record.about.of_person(person)
        record.opened(HEIGHT_PX, WIDTH_PX, RATE_HZ)
        if film:
            record.record()
        for number, (time_s, landmarks) in enumerate(frames, start=1):
            record.pose(number, time_s, landmarks)
            if film:
                record.picture(number, time_s, flat())
        for one in stances:
            record.stance(one)
        record.gait(gait(**({"flags": (), "body": body} | state)))
        record.note("a secret of Ada", 1.0)
        record.finish("stopped")
    return read(folder)
