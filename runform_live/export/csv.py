"""CSV for spreadsheets: one row a stance, as in stances.csv; in front the session's id and start, at the end whether sides are sure."""

from __future__ import annotations

import csv
import io

from runform_live.export import notes
from runform_live.export.wish import USUAL, Wish
from runform_live.metrics import STANCE_COLUMNS
from runform_live.session import stances
from runform_live.session.reader import Session

FORMULA = tuple("=+-@")  # a spreadsheet would work out what begins so


def export(session: Session, _wish: Wish = USUAL) -> bytes:
    """The file's content; unknown values are empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["session_id", "started", *STANCE_COLUMNS, "sides_sure"])
    sure = "yes" if notes.sides_sure(session) else "no"
    session_id = session.info.id
    if session_id[:1] in FORMULA:
        session_id = f"'{session_id}"
    for stance in session.stances:
        writer.writerow([session_id, session.info.started, *stances.row(stance).split(","), sure])
    return out.getvalue().encode()
