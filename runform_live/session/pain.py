"""The pain score after a run: asked when the session is over, and added to its folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from runform_live.errors import BadInput, reason_of
from runform_live.file_names import shown
from runform_live.session import schema
from runform_live.session.info_file import read_info, write_info
from runform_live.session.lock import FolderLock, is_written
from runform_live.session.reader import is_own, read

SCORES = range(11)
LEAST, MOST = SCORES[0], SCORES[-1]


def checked(score: int) -> int:
    """A pain score as it may be kept. Raises BadInput."""
    if not LEAST <= score <= MOST:
        raise BadInput(f"the pain score is {score}; it must be a whole number from {LEAST} (none) to {MOST}")
    return score


def set_after(folder: Path, score: int) -> None:
    """Keep the pain score after a finished session, in session.json. A second one takes the first one's place.

    A session that was cut off is completed first. Raises BadInput, in a line, where there is no session, it is still running, or it cannot
    be written.
    """
    checked(score)
    if read(folder).running or is_written(folder):
        raise BadInput(f"{shown(folder)} is still written; give the pain score when the run has ended")
    lock = FolderLock(folder)
    if not is_own(folder) or not lock.take():
        raise BadInput(f"{shown(folder / schema.SESSION)} cannot be written; the pain score is not kept")
    try:
        write_info(folder, msgspec.structs.replace(read_info(folder), pain_after=score))
    except OSError as trouble:
        raise BadInput(
            f"{shown(folder / schema.SESSION)} cannot be written ({reason_of(trouble)}); the pain score is not kept"
        ) from None
    finally:
        lock.release()
