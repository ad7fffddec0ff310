"""A session as Arrow tables, for other tools: one row a stance, or one row a frame. Unknown is null, never 0 or NaN.

The metadata of a table's schema say which session it is of and how that was measured. They are text; `flags` and `calibrated` are JSON.
The metadata of each column of the stances say its unit and what it is.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from runform_live import metrics, quantities, texts
from runform_live.metrics import Column

if TYPE_CHECKING:
    from runform_live.session.reader import Session

KINDS = {"word": pa.dictionary(pa.int8(), pa.string()), "count": pa.int32(), "number": pa.float64()}


def stances(session: Session) -> pa.Table:
    """The stances in time order, as in stances.csv.

    `side` and `gait` are dictionaries of strings, counts are int32, all else is float64 in the unit of its name.
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
    return pa.schema([_field(column) for column in metrics.TABLE])


def _field(column: Column) -> pa.Field:
    about = {"unit": column.unit, "description": meaning(column)}
    known = {name: text for name, text in about.items() if text}
    return pa.field(column.name, KINDS[column.kind], nullable=not column.always_known, metadata=known)


@cache
def _english() -> texts.Texts:
    return texts.load(texts.FALLBACK)[0]


def meaning(column: Column) -> str:
    """One sentence on what a column of the stances is."""
    return column.meaning or quantities.meaning(column.name, _english())


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
