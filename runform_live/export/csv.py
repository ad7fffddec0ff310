"""CSV for spreadsheets: one row a stance, as in stances.csv, with the session's id and start in front."""

from __future__ import annotations

import csv
import io

from runform_live.session import schema, stances
from runform_live.session.reader import Session


def export(session: Session) -> bytes:
    """The file's content; unknown values are empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["session_id", "started", *schema.COLUMNS])
    for stance in session.stances:
        writer.writerow([session.info.id, session.info.started, *stances.row(stance).split(",")])
    return out.getvalue().encode()
