"""What each export says of itself, whatever its format: what must be known to read it right."""

from __future__ import annotations

from runform_live.messages import VIEW_UNSURE
from runform_live.session.reader import Session

TWO_DIMENSIONAL = "Two-dimensional: measured in the picture of one camera, in its frontal plane; no depth is known."
SIDES_UNSURE = "Left and right are not sure: they may be exchanged."
NOT_CALIBRATED = "Not calibrated: nobody stood still, so that a true asymmetry is removed with the camera's roll."
BOTH_GAITS = "Running and walking: the column gait of the stances tells them apart; no mean joins the two."


def sides_sure(session: Session) -> bool:
    """Whether left and right are the runner's own for sure."""
    return VIEW_UNSURE not in session.summary.flags


def of(session: Session) -> list[str]:
    """Sentences in plain English; the last one lists the flags of the summary, by their names there."""
    found = [TWO_DIMENSIONAL]
    if not sides_sure(session):
        found.append(SIDES_UNSURE)
    if not session.summary.calibrated:
        found.append(NOT_CALIBRATED)
    if len({one.gait for one in session.stances}) > 1:
        found.append(BOTH_GAITS)
    if session.summary.flags:
        found.append(f"Flags: {', '.join(session.summary.flags)}.")
    return found
