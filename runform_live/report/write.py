"""The report as a person asks for it: of one session or of two, as the settings say. For the command line and for Python."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from runform_live import file_names
from runform_live.clinic import linking
from runform_live.config import Config
from runform_live.errors import BadInput
from runform_live.report import before_after, build, letterhead, pdf
from runform_live.report.build import Format
from runform_live.session import outputs, schema
from runform_live.session.reader import Session, refuse_same

FORMATS: tuple[Format, ...] = get_args(Format)


def write(
    session: Session,
    out: Path | None,
    form: Format,
    settings: Config,
    *,
    before: Session | None = None,
    same_setup: bool = False,
    settings_file: Path | None = None,
) -> tuple[Path, str]:
    """Write the report, whole or not at all; returns its place, and in a line why pictures are missing in it (empty: none is).

    out: None is the report of the session's folder; of two sessions, a file in the working folder. settings_file: is never written over.
    The rest: see `content`. Raises BadInput.
    """
    sessions = [one for one in (before, session) if one is not None]
    place = out or (session.folder / schema.REPORTS[form] if before is None else Path(f"before-after.{form}"))
    for one in sessions:
        outputs.refuse_in(one, place, settings_file, is_report=before is None)
    keep = before is None and build.goes_home(session, place)
    made, no_pictures = content(session, form, settings, before=before, same_setup=same_setup, keep_pictures=keep)
    outputs.write(place, made)
    return place, no_pictures if any(one.info.source_file is not None for one in sessions) else ""


def content(
    session: Session,
    form: Format,
    settings: Config,
    *,
    before: Session | None = None,
    same_setup: bool = False,
    keep_pictures: bool = False,
) -> tuple[bytes, str]:
    """The report as bytes; and, in a line, why pictures are missing in it (empty: none is).

    before: an earlier session of the same runner, which this one is compared with. same_setup: clothes, camera, its place and the light
    were the same in both. keep_pictures: see `build.document`. Raises BadInput where a session has no stance, the logo cannot be shown,
    or the package for the format is missing.
    """
    if form == "pdf":
        pdf.refuse_without()
    if before is not None:
        refuse_same(before, session)
    for one in (before, session):
        if one is not None and not one.stances:
            raise BadInput(
                f"{file_names.shown(one.folder)} has no stance to report on; film the runner again, or longer"
            )
    head, language = letterhead.read(settings.report), settings.screen.language
    name = linking.name_of(session.info) if settings.report.names == "name" else ""
    if before is None:
        made, no_pictures = build.document(session, language, head, name, keep_pictures)
    else:
        made, no_pictures = before_after.document(before, session, language, head, name, same_setup)
    return build.content(made, form, session), no_pictures
