"""A client who holds the published programme, as session folders that the program's own writer wrote. The truth is known."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from pathlib import Path

import numpy as np

from runform_live import config
from runform_live.clinic import client_sessions, clients, following
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Client
from runform_live.messages import GaitState, Prescribed, Side
from runform_live.programmes import Programme, load
from runform_live.session import pain, schema
from runform_live.session.record import SessionRecord
from tests.progress.makers import BEGAN, DROP, MODEL, run

LEFT = (9.0, 8.4, 7.8, 7.0, 6.2, 5.4, 4.6, 4.0)  # true mean drops, deg
RIGHT = 4.0
PAIN = ((5, 4), (5, 3), (4, 3), (3, 2), (3, 2), (2, 1), (1, 1), (1, 0))  # before and after
LATE = 5  # the session that is held two days late
SEEN_SD_DEG = MODEL.instrument_change_sd_deg[DROP] / math.sqrt(2.0)  # of what the instrument sees otherwise each day
STEP_S = 0.45


def programme() -> Programme:
    return load("two_weeks")


def sessions(database: Database, client: Client, parent: Path, count: int = 8, seed: int = 11) -> list[Path]:
    """The first sessions of the programme, each a finished folder that is linked to the client."""
    rng = np.random.default_rng(seed)
    with database.writing() as session:
        enrolment = following.enrol(session, client, programme())
    found, day = [], 0
    for number, planned in enumerate(programme().sessions[:count], start=1):
        day += planned.days_after + (2 if number == LATE else 0)
        seen: dict[Side, float] = {
            "left": LEFT[number - 1] + rng.normal(0.0, SEEN_SD_DEG),
            "right": RIGHT + rng.normal(0.0, SEEN_SD_DEG),
        }
        folder = parent / f"session-{number}"
        _written(
            folder, client, Prescribed("two_weeks", number, 0.0, enrolment.id), seen, planned.length_s, day, number
        )
        with database.writing() as session:
            client_sessions.link(session, client, folder)
        found.append(folder)
    return found


def _written(
    folder: Path,
    client: Client,
    prescribed: Prescribed,
    seen: dict[Side, float],
    length_s: float,
    day: int,
    number: int,
) -> None:
    folder.mkdir(parents=True)
    with SessionRecord(folder, "0", config.load(), "live") as record:
        record.about.of_person(clients.person(client))
        record.about.prescribed(prescribed, PAIN[number - 1][0])
        record.gait(
            GaitState(time_s=1.0, stamp_s=0.0, activity="running", view="posterior", calibrated=True, level_sd_deg=0.0, level_deg=0.0,
                      cadence_spm=60.0 / STEP_S)
        )  # fmt: skip
        for one in run(seen, count=round(length_s / STEP_S) + 2, seed=number, cadence_spm=60.0 / STEP_S):
            record.stance(one)
        record.finish("stopped")
    path = folder / schema.SESSION
    began = (BEGAN + timedelta(days=day)).isoformat()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"started": began}))
    pain.set_after(folder, PAIN[number - 1][1])
