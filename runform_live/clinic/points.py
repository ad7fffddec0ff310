"""A client's sessions as progress sees them, from the index of session folders."""

from __future__ import annotations

from runform_live import file_names, programmes
from runform_live.clinic import index
from runform_live.clinic.database import Database
from runform_live.clinic.finished_sessions import finished_sessions_of
from runform_live.clinic.tables import Client
from runform_live.errors import BadInput
from runform_live.programmes import Programme
from runform_live.progress.adherence import followed
from runform_live.progress.point import Point
from runform_live.progress.series import current, in_time


def points_of(database: Database, client: Client) -> tuple[list[Point], list[str]]:
    """The sessions of a client that are over, oldest first; and a line for each that cannot be read.

    Of a film that was measured again there is the last session alone.
    """
    troubles = [f"{file_names.shown(folder.name)}: {why}" for folder, why in index.refresh_client(database, client.id)]
    with database.reading() as session:
        finished = finished_sessions_of(session, client.id)
    points = [Point(one.info, one.summary, one.folder.name, one.ran_s) for one in finished]
    return list(in_time(current(points))), troubles


def programme_of(points: list[Point]) -> tuple[Programme | None, str]:
    """The programme that the newest session of one belongs to; and, in a line, why it cannot be read."""
    prescribed = followed(points)
    if prescribed is None:
        return None, ""
    try:
        return programmes.load(prescribed.programme), ""
    except BadInput as trouble:
        return None, str(trouble)
