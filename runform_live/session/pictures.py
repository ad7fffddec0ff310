"""The pictures of a session, any of them at once: the recording, or the file that was analysed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.errors import BadInput
from runform_live.session import door, schema
from runform_live.session.film_pictures import ForwardPictures, PicturesByTime, SeekablePictures
from runform_live.session.kept_pictures import KeptPictures
from runform_live.session.reader import Session
from runform_live.session.schema import SessionInfo
from runform_live.session.source import NoFilm, film_of
from runform_live.session.video_parts import VideoParts
from runform_live.texts import Texts

SMALLEST_PX, WIDEST = 16, 32  # of a side; one side to the other


@dataclass(frozen=True, slots=True)
class Found:
    """The pictures of a session, and why there are none, or only those that were kept; None: all are there."""

    pictures: PicturesByTime | None
    missing: BadInput | None = None
    film: bool = False  # they are those of a film that lies outside of the folder, and not of the shipped one

    def why(self, said: Texts) -> str:
        """Why some are missing, in a language; empty: none is."""
        if self.missing is None:
            return ""
        return self.missing.told(said) if isinstance(self.missing, NoFilm) else door.clean(str(self.missing))


def find(session: Session) -> Found:
    """The recorded pictures, of all videos of the session; else those of the film that was analysed, where that very film is still
    there; else those that were kept of it.

    A video that cannot be read is left out, and a film that does not fit what was kept of it is not opened.
    """
    try:
        parts = [part for part in session.info.videos if _is_there(session.folder / part.file)]
        if parts:
            return Found(VideoParts(session.folder, parts))
        film = film_of(session.info, session.folder)
        return Found(measured_film(film, session.info), film=film != DEMO)
    except BadInput as trouble:
        kept = KeptPictures(session.folder)
        return Found(kept if kept.times_s else None, trouble)


def _is_there(path: Path) -> bool:
    """Whether there is a video of that name; raises BadInput where it is something that must not be opened."""
    try:
        door.check(path)
    except FileNotFoundError:
        return False
    return True


def is_seen_in(height_px: int, width_px: int) -> bool:
    """Whether a picture of that size can show a runner, and be drawn and packed at all."""
    return min(height_px, width_px) >= SMALLEST_PX and max(height_px, width_px) <= WIDEST * min(height_px, width_px)


def measured_film(path: Path, info: SessionInfo) -> PicturesByTime:
    """The film that a session was measured from, seen as it was measured. Raises BadInput where it cannot be read."""
    size_px = (info.height_px, info.width_px) if info.height_px and info.width_px else None
    if size_px is not None and not is_seen_in(*size_px):
        raise BadInput(
            f"the pictures cannot be shown: {info.width_px} x {info.height_px} pixels, as {schema.SESSION} says, show no runner; {door.RESTORE}"
        )
    if info.frame_rate_given_hz is not None or "clock_repaired" in info.flags:
        return ForwardPictures(
            lambda: Video(
                str(path),
                slowed=info.slowed,
                frame_rate_hz=info.frame_rate_given_hz,
                mirrored=info.mirrored,
                size_px=size_px,
            )
        )
    return SeekablePictures(path, info.slowed, mirrored=info.mirrored, size_px=size_px)
