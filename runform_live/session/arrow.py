"""A session as Arrow tables, for other tools: one row a stance, or one row a frame. Unknown is null, never 0 or NaN.

The metadata of a table's schema say which session it is of and how that was measured. They are text; `flags` and `calibrated` are JSON.
The metadata of each column of the stances say its unit and what it is.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from runform_live import quantities, texts
from runform_live.session import schema
from runform_live.session.stances import TEXT, WHOLE

if TYPE_CHECKING:
    from runform_live.session.reader import Session

ALWAYS_KNOWN = frozenset({"side", "initial_contact_s", "midstance_s", "toe_off_s", "contact_time_s", "quality", *WHOLE})
UNITS: Final = {
    "_deg": "deg",
    "_s": "s",
    "_hip": "hip widths",
    "_trunk": "trunk lengths",
}
# What the catalogue of the language has no sentence for, as it is shown nowhere.
MEANINGS: Final = {
    "side": "The stance leg, the runner's own",
    "initial_contact_s": "When the foot came down, from the first frame on",
    "midstance_s": "The instant of midstance, from the first frame on",
    "toe_off_s": "When the foot left the ground, from the first frame on",
    "quality": "How well the stance was seen, from 0 to 1",
    "pelvis_sigma_deg": "The network's own standard deviation of the pelvis line in this stance",
    "oscillation_trunk": "How far the trunk fell from its highest point before this stance to its lowest one in it",
    "drop_level_deg": "What the level line took from the pelvic drop; added again, it gives the angle as the picture shows it",
    "adduction_level_deg": "What the level line took from the hip adduction",
    "lean_level_deg": "What the level line took from the trunk lean",
    "drop_flow_deg": "What the optical flow alone would have taken from the pelvic drop",
    "camera_moves": "How often the camera had come to look from elsewhere until this stance",
    "view_doubts": "How often left and right had become unsure until this stance",
    "absences": "How often the runner had been away until this stance",
}


def stances(session: Session) -> pa.Table:
    """The stances in time order, as in stances.csv.

    `side` is a dictionary of strings, counts are int32, all else is float64 in the unit of its name.
    """
    columns = _stance_schema()
    arrays = [pa.array([getattr(one, field.name) for one in session.stances], field.type) for field in columns]
    return pa.Table.from_arrays(arrays, schema=columns.with_metadata(_about(session)))


def poses(session: Session) -> pa.Table:
    """The landmarks of each frame, as in poses.parquet: `frame`, `time_s`, and per landmark `x_px`, `y_px` and `sigma_px`.

    Raises BadInput where the file is missing or damaged.
    """
    return session.poses().replace_schema_metadata(_about(session))


@cache
def _stance_schema() -> pa.Schema:
    return pa.schema([_field(column) for column in schema.COLUMNS])


def _field(column: str) -> pa.Field:
    about = {"unit": unit(column), "description": meaning(column)}
    return pa.field(
        column, _kind(column), nullable=column not in ALWAYS_KNOWN, metadata={k: v for k, v in about.items() if v}
    )


def _kind(column: str) -> pa.DataType:
    if column in TEXT:
        return pa.dictionary(pa.int8(), pa.string())
    return pa.int32() if column in WHOLE else pa.float64()


@cache
def _english() -> texts.Texts:
    return texts.load(texts.FALLBACK)[0]


def unit(column: str) -> str:
    """The unit of a column, as the end of its name says it; empty where it has none."""
    return next((words for end, words in UNITS.items() if column.endswith(end)), "")


def meaning(column: str) -> str:
    """One sentence on what a column of the stances is."""
    return MEANINGS.get(column) or quantities.meaning(column, _english())


def _about(session: Session) -> dict[str, str]:
    info, summary = session.info, session.summary
    return {
        "session_id": info.id,
        "started": info.started,
        "view": summary.view,
        "calibrated": json.dumps(summary.calibrated),
        "flags": json.dumps(summary.flags),
        "network": info.model.name,
        "network_sha256": info.model.sha256,
        "pelvis_line": info.model.pelvis_line,
        "software": info.software,
    }
