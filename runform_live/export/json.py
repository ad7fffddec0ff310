"""JSON for programs: the whole session in one document, of the shape that session.schema.json tells. Unknown is null.

What tells who the runner is, where the files lie, and what people typed is left out unless it is wished for: the pseudonym, the client's
id, the body height, pain, the source, the name of a programme of one's own, how the session ended, and the texts of notes and troubles.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from runform_live import metrics
from runform_live.export import notes
from runform_live.export.wish import USUAL, Wish
from runform_live.messages import Prescribed, Stance, View
from runform_live.programmes.own import is_own
from runform_live.session import arrow, figures, schema
from runform_live.session.events import Event
from runform_live.session.reader import Session

SCHEMA_FILE = Path(__file__).with_name("session.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
PUBLIC_TEXTS = frozenset({"cue"})  # kinds of events whose text no person typed

EVENT = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "time_s": {"type": "number"}, "text": {"type": "string"}},
    "required": ["kind", "time_s"],
}


class Network(msgspec.Struct, frozen=True):
    """The landmark network that measured it."""

    name: str
    sha256: str
    pelvis_line: Literal["hip_joint_centres", "psis_markers"]


class Private(msgspec.Struct, frozen=True):
    """Who ran, and from what file: only where it was asked for."""

    person: str | None
    person_id: str | None
    person_height_m: float | None
    pain_before: int | None
    pain_after: int | None
    source: str
    ended: Annotated[str | None, Meta(description="how the session ended, in words; null: it still runs")]


class Info(msgspec.Struct, frozen=True):
    """When and how the session was measured."""

    id: str
    started: Annotated[str, Meta(description="ISO 8601, with the offset from UTC")]
    view: View
    frame_rate_hz: float | None
    height_px: int | None
    width_px: int | None
    network: Network
    calibration: schema.Calibration
    software: str
    recorded_by: str
    slowed: Annotated[
        float, Meta(description="so many times slower than life the film plays; all times are those of life")
    ]
    mirrored: bool
    programme: Annotated[
        str | None, Meta(description="null also where a person named it and nothing private was wished for")
    ]
    programme_session: int | None
    private: Private | None = None


StanceRow = msgspec.defstruct(
    "StanceRow",
    [
        (column, field.type)
        for column in metrics.STANCE_COLUMNS
        for field in msgspec.structs.fields(Stance)
        if field.name == column
    ],
    frozen=True,
    namespace={"__doc__": "One stance, as a row of stances.csv."},
)


class Document(msgspec.Struct, frozen=True):
    """A session of runform_live. Unknown values are null. Times are seconds from the first frame on. Angles are degrees."""

    format: Literal["runform_live session"]
    format_version: Literal[1]
    notes: Annotated[list[str], Meta(description="what must be known to read the figures right")]
    sides_sure: Annotated[bool, Meta(description="whether left and right are the runner's own for sure")]
    session: Info
    summary: figures.Summary
    stances: list[StanceRow]  # type: ignore[valid-type]  # made of the columns of stances.csv
    events: list[dict[str, Any]]


def export(session: Session, wish: Wish = USUAL) -> bytes:
    """The file's content: UTF-8, indented."""
    document = Document(
        "runform_live session",
        1,
        notes.of(session),
        notes.sides_sure(session),
        _info(session, wish),
        session.summary,
        [StanceRow(*(getattr(one, column) for column in metrics.STANCE_COLUMNS)) for one in session.stances],
        [event if wish.private else _without_words(event) for event in session.events],
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def json_schema() -> bytes:
    """What session.schema.json holds: the JSON Schema of every export."""
    found = {"$schema": DIALECT, **msgspec.json.schema(Document)}
    for column, told in found["$defs"]["StanceRow"]["properties"].items():
        about = metrics.BY_NAME[column]
        told["description"] = arrow.meaning(about)
        if about.unit:
            told["unit"] = about.unit
    found["$defs"]["Document"]["properties"]["events"]["items"] = EVENT
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def _without_words(event: Event) -> Event:
    """An event without what a person, or the system, said in it."""
    if event["kind"] in PUBLIC_TEXTS:
        return event
    return {name: value for name, value in event.items() if name != "text"}


def _info(session: Session, wish: Wish) -> Info:
    info, model, programme = session.info, session.info.model, session.info.programme
    return Info(
        id=info.id,
        started=info.started,
        view=info.view,
        frame_rate_hz=info.frame_rate_hz,
        height_px=info.height_px,
        width_px=info.width_px,
        network=Network(model.name, model.sha256, model.pelvis_line),
        calibration=info.calibration,
        software=info.software,
        recorded_by=info.recorded_by,
        slowed=info.slowed,
        mirrored=info.mirrored,
        programme=_named(programme, wish),
        programme_session=None if programme is None else programme.number,
        private=_private(session) if wish.private else None,
    )


def _named(programme: Prescribed | None, wish: Wish) -> str | None:
    """The name of a programme; of one's own only where it was asked for: a person typed it."""
    if programme is None or (is_own(programme.programme) and not wish.private):
        return None
    return programme.programme


def _private(session: Session) -> Private:
    info = session.info
    return Private(
        info.person, info.person_id, info.person_height_m, info.pain_before, info.pain_after, info.source, info.ended
    )
