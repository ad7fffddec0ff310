"""Session folders that were made and then not needed."""

from __future__ import annotations

import shutil
from pathlib import Path

from runform_live.errors import RunformError
from runform_live.session.info_file import read_info
from runform_live.session.recording import video_files


def remove_if_empty(folder: Path) -> None:
    """Take away a session folder in which no frame was ever seen. One that cannot be read stays: it may hold a session."""
    from runform_live.session import poses  # both load pyarrow, which a run without such a folder need not carry
    from runform_live.session.reader import is_session

    try:
        seen = read_info(folder).frames if is_session(folder) else 0  # else it was not even begun
    except (RunformError, OSError, ValueError):
        return
    if seen == 0 and not video_files(folder) and not poses.table(folder, "unknown").num_rows:
        shutil.rmtree(folder, ignore_errors=True)
