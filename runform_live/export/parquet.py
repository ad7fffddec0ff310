"""Parquet for data frames: one row a stance. Unit and meaning of each column, and whose the session is, stand in the metadata."""

from __future__ import annotations

import io
import json

import pyarrow.parquet as pq

from runform_live import metrics
from runform_live.export import notes
from runform_live.export.wish import USUAL, Wish
from runform_live.session import arrow
from runform_live.session.reader import Session


def export(session: Session, _wish: Wish = USUAL) -> bytes:
    """The file's content; unknown values are null."""
    table = arrow.stances(session)
    # Once more beside the fields' own metadata, which only Arrow reads.
    columns = {one.name: {"unit": one.unit, "description": arrow.meaning(one)} for one in metrics.TABLE}
    more = {
        "frame_rate_hz": json.dumps(session.info.frame_rate_hz),
        "columns": json.dumps(columns),
        "notes": json.dumps(notes.of(session)),
    }
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **more}), out, compression="zstd")
    return out.getvalue()
