"""MP4 of a session with the skeleton drawn in: the whole of it, or a piece."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from runform_live.errors import BadInput
from runform_live.export import clip
from runform_live.export.points import frames_of
from runform_live.export.wish import USUAL, Wish
from runform_live.session.pictures import find
from runform_live.session.reader import Session


def export(session: Session, out: Path, wish: Wish = USUAL, progress: Callable[[int, int], None] | None = None) -> None:
    """Write the film, whole or not at all. Raises BadInput where there are no poses, or the pictures are not all there."""
    times_s, landmarks = frames_of(session, wish)
    found = find(session)
    if found.pictures is None or found.missing is not None:
        if found.pictures is not None:
            found.pictures.close()
        raise found.missing or BadInput(f"{session.folder}: there are no pictures of it")
    with contextlib.closing(found.pictures) as pictures:
        clip.write(out, pictures, times_s, landmarks, float(times_s[0]), float(times_s[-1]), progress)
