"""A client's sessions as progress sees them, from their folders."""

from __future__ import annotations

from runform_live import programmes
from runform_live.clinic import clients
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Client
from runform_live.errors import BadInput, RunformError
from runform_live.programmes import Programme
from runform_live.progress.adherence import followed
from runform_live.progress.point import Point
from runform_live.progress.series import in_time
from runform_live.session.reader import read
from runform_live.session.summary import ran_s


def points_of(database: Database, client: Client) -> tuple[list[Point], list[str]]:
    """The sessions of a client that are over, oldest first; and a line for each that cannot be read."""
    with database.reading() as session:
        linked = [one.folder for one in clients.sessions_of(session, client)]
    found, troubles = list[Point](), list[str]()
    for folder in linked:
        try:
            one = read(folder)
        except RunformError as trouble:
            troubles.append(str(trouble))
            continue
        if not one.running:
            found.append(Point(one.info, one.summary, folder.name, ran_s(one.stances)))
    return list(in_time(found)), troubles


def programme_of(points: list[Point]) -> tuple[Programme | None, str]:
    """The programme that the newest session of one belongs to; and, in a line, why it cannot be read."""
    prescribed = followed(points)
    if prescribed is None:
        return None, ""
    try:
        return programmes.load(prescribed.programme), ""
    except BadInput as trouble:
        return None, str(trouble)
