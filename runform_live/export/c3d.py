"""C3D for laboratories (www.c3d.org): the landmarks as points, foot strike and foot off as events. Written by ezc3d.

The points are two-dimensional image coordinates in pixels. Seen from the camera, X points to the right of the picture, Y away from the
camera and is always 0, Z up; the origin is the lower left corner of the picture. An unknown point is invalid: its residual is -1. That of
all others is 0, the format's sign for a point that was computed. (The network's standard deviation would fit there, but ezc3d and
py-c3d take different bytes of the word for the residual.)
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from runform_live.errors import BadInput
from runform_live.export import notes
from runform_live.export.points import Points, points_of, size_px
from runform_live.export.uniform import Array
from runform_live.export.wish import USUAL, Wish
from runform_live.messages import Gait
from runform_live.session.reader import Session

MOST_FRAMES = 65_534  # 16 bits count them, and readers stumble over the last of these
MOST_EVENTS = 255  # a parameter of the format holds no more
INVALID, COMPUTED = -1.0, 0.0  # residuals
STRIKE, OFF = "Foot Strike", "Foot Off"

Event = tuple[float, str, str, str]  # seconds of the session, context, label, and what the body did
WORDS: dict[Gait, str] = {"run": "running", "walk": "walking"}


def export(session: Session, wish: Wish = USUAL) -> bytes:
    """The file's content. Raises BadInput where there are no poses, or more of them than the format can count."""
    points = points_of(session, wish)
    count = len(points.samples.values)
    if count > MOST_FRAMES:
        raise BadInput(
            f"C3D counts at most {MOST_FRAMES} frames, and these are {count}; choose a shorter piece (--from, --until)"
        )
    events = events_of(session, points)
    if len(events) > MOST_EVENTS:
        wish.tell(
            f"C3D holds at most {MOST_EVENTS} events: of {len(events)} foot strikes and foot offs, the first ones until "
            f"{events[MOST_EVENTS - 1][0]:.1f} s are in the file; a shorter piece (--from, --until) has all of its own"
        )
    file = _file(session, points, events)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "session.c3d"
        file.write(str(path))
        return path.read_bytes()


def events_of(session: Session, points: Points) -> list[Event]:
    """Foot strikes and foot offs within the frames, in time order."""
    times_s = points.samples.times_s
    found: list[Event] = []
    for stance in session.stances:
        side, gait = stance.side.capitalize(), WORDS[stance.gait]
        found += [(stance.initial_contact_s, side, STRIKE, gait), (stance.toe_off_s, side, OFF, gait)]
    return sorted(event for event in found if times_s[0] <= event[0] <= times_s[-1])


def coordinates(values: Array, height_px: float) -> Array:
    """x, y in the picture (samples, points, 2 or more; px) as X, Y, Z (3, points, samples); unknown is NaN."""
    x, y = values[:, :, 0].T, values[:, :, 1].T
    known = ~np.isnan(x + y)
    return np.stack([np.where(known, x, np.nan), np.where(known, 0.0, np.nan), np.where(known, height_px - y, np.nan)])


def _file(session: Session, points: Points, events: list[Event]) -> Any:
    import ezc3d

    samples = points.samples
    xyz = coordinates(samples.values, size_px(session)[0])
    file = ezc3d.c3d()
    file["data"]["points"] = np.concatenate([xyz, np.ones((1, *xyz.shape[1:]))])
    file["data"]["meta_points"]["residuals"] = np.where(np.isnan(xyz[0]), INVALID, COMPUTED)[None]
    point = file["parameters"]["POINT"]
    point["RATE"]["value"] = [samples.rate_hz]
    point["LABELS"]["value"] = list(points.names)
    point["DESCRIPTIONS"]["value"] = ["2D image coordinates"] * len(points.names)
    file.add_parameter("POINT", "UNITS", ["px"])
    file.add_parameter("POINT", "X_SCREEN", ["+X"])
    file.add_parameter("POINT", "Y_SCREEN", ["+Z"])
    for name, value in _about(session, points, len(events)).items():
        file.add_parameter("RUNFORM", name, [value])
    if events:
        _add_events(file, events[:MOST_EVENTS], float(samples.times_s[0]))
    return file


def _about(session: Session, points: Points, events: int) -> dict[str, str | float]:
    """The group of parameters that says what the format has no place for."""
    info = session.info
    return {
        "NOTES": " ".join(notes.of(session)),
        "AXES": "X right in the picture, Y away from the camera (always 0), Z up; origin: lower left corner",
        "SESSION_ID": info.id,
        "STARTED": info.started,
        "SOFTWARE": info.software,
        "VIEW": session.summary.view,
        "CALIBRATED": "yes" if session.summary.calibrated else "no",
        "SIDES_SURE": "yes" if notes.sides_sure(session) else "no",
        "START_S": float(points.samples.times_s[0]),  # session time of the first frame
        "RESAMPLED": float(points.samples.between),  # frames that lie between two of the film
        "EVENTS_LEFT_OUT": float(max(0, events - MOST_EVENTS)),
    }


def _add_events(file: Any, events: list[Event], start_s: float) -> None:
    """The EVENT group; its times (whole minutes, seconds) count from the first frame."""
    since_s = np.array([at_s - start_s for at_s, *_ in events])
    minutes = np.floor(since_s / 60.0)
    count = len(events)
    group: dict[str, Any] = {
        "USED": count,
        "TIMES": np.stack([minutes, since_s - 60.0 * minutes]),
        "CONTEXTS": [context for _, context, _, _ in events],
        "LABELS": [label for _, _, label, _ in events],
        "DESCRIPTIONS": [gait for *_, gait in events],
        "SUBJECTS": [""] * count,
        "ICON_IDS": [1 if label == STRIKE else 2 for _, _, label, _ in events],
        "GENERIC_FLAGS": [0] * count,
    }
    for name, value in group.items():
        file.add_parameter("EVENT", name, value)
