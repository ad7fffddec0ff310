"""Whose report it is: the clinic's name and logo, and how the runner is named ([report] of the settings)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import cv2
import numpy as np

from runform_live import doors, file_names
from runform_live.config import ReportSettings
from runform_live.errors import BadInput, reason_of
from runform_live.report.document import Image, Media
from runform_live.session import door
from runform_live.session.schema import SessionInfo

LARGEST_BYTES = 2 << 20
LARGEST_PX = 4000  # a side of a logo
ADVICE = "name a PNG, JPEG or SVG file as logo in [report]"
BEGINNINGS: dict[bytes, Media] = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """names: who is named on the report (config.ReportSettings)."""

    clinic: str = ""
    logo: Image | None = None
    names: str = "pseudonym"

    def person(self, info: SessionInfo, name: str = "") -> str:
        """How the runner is named; empty: not at all. name: that of the clinic's records, where it is known."""
        if self.names == "nobody":
            return ""
        wanted = name if self.names == "name" and name else info.person
        return door.clean(wanted) if wanted else ""


PLAIN = Letterhead()


def read(settings: ReportSettings) -> Letterhead:
    """What the settings say. Raises BadInput, in a line, where the logo cannot be shown."""
    clinic = door.clean(settings.clinic.strip())
    return Letterhead(clinic, _logo(settings.logo, clinic) if settings.logo else None, settings.names)


def read_or_without(settings: ReportSettings) -> tuple[Letterhead, str]:
    """The same for a report that is made by itself after a run; without a logo that cannot be shown, and a line about it."""
    try:
        return read(settings), ""
    except BadInput as trouble:
        return Letterhead(door.clean(settings.clinic.strip()), None, settings.names), str(trouble)


def _logo(given: str, clinic: str) -> Image:
    try:
        path = file_names.path_given(given)
        doors.refuse_endless(path, ADVICE)
        if path.stat().st_size > LARGEST_BYTES:
            raise BadInput(
                f"logo {file_names.shown(path)} is too large: it must have {LARGEST_BYTES >> 20} MiB at most"
            )
        content = path.read_bytes()
    except (OSError, ValueError) as trouble:
        raise BadInput(f"logo {file_names.shown(given)} cannot be read ({reason_of(trouble)}); {ADVICE}") from None
    return _picture(path, content, clinic or "Logo")


def _picture(path: Path, content: bytes, alt: str) -> Image:
    """The logo; what kind of picture it is, its content tells. Raises BadInput where it is none that can be shown."""
    for beginning, media in BEGINNINGS.items():
        if content.startswith(beginning):
            picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
            if picture is None:
                raise BadInput(f"logo {file_names.shown(path)} is damaged; {ADVICE}")
            if max(picture.shape[:2]) > LARGEST_PX:
                raise BadInput(
                    f"logo {file_names.shown(path)} is too large: it must have {LARGEST_PX} pixels a side at most"
                )
            height, width = picture.shape[:2]
            return Image(content, media, alt, (width, height))
    if _is_svg(content):
        return Image(content, "image/svg+xml", alt)
    raise BadInput(f"logo {file_names.shown(path)} is no PNG, JPEG or SVG picture; {ADVICE}")


def _is_svg(content: bytes) -> bool:
    """Whether it is an SVG picture. One that defines entities is taken for none: they can make a small file endless."""
    tags: set[str] = set()
    reader = expat.ParserCreate(namespace_separator="}")
    reader.EntityDeclHandler = _refuse_entity

    def note(tag: str, _: object) -> None:
        if not tags:
            tags.add(tag)

    reader.StartElementHandler = note
    try:
        reader.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return tags == {"http://www.w3.org/2000/svg}svg"}


def _refuse_entity(*_: object) -> None:
    raise ValueError("it defines an entity")
