"""Pages that compare two sessions and are only to be looked at: they lie in a private folder, and not for long.

They name a client. So they do not lie beside the sessions, where nobody would look for them when the client is erased.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from pathlib import Path

from runform_live import places

KEPT_S = 24 * 3600.0  # a browser may have one open that long
NAME = "comparisons"
_LONGEST = 60  # characters of a session's name: a file name has an end


def place_for(first: Path, second: Path) -> Path:
    """Where the page about two session folders is to be written. Raises OSError where no folder can be made."""
    return _folder() / f"{first.name[:_LONGEST]}-{second.name[:_LONGEST]}.html"


def remove_old(now_s: float | None = None) -> None:
    """Remove the pages that are older than KEPT_S. now_s: seconds since 1970, default now."""
    folder = _kept()
    if folder is None or not folder.is_dir():
        return
    until_s = (time.time() if now_s is None else now_s) - KEPT_S
    with contextlib.suppress(OSError):  # one that cannot be removed now is removed at the next start
        for page in list(folder.iterdir()):
            if page.lstat().st_mtime < until_s:
                page.unlink()


def remove_all() -> None:
    """Remove all of them: a client was erased, whom they may name."""
    folder = _kept()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _kept() -> Path | None:
    """The folder in this user's cache; None where there is no cache."""
    cache = places.cache_folder()
    return None if cache is None else cache / NAME


def _folder() -> Path:
    """The folder, for this user alone; without a cache one of the system's temporary ones."""
    folder = _kept()
    if folder is None:
        return Path(tempfile.mkdtemp(prefix=f"runform-{NAME}-"))  # it is made for this user alone
    folder.mkdir(places.PRIVATE, exist_ok=True)
    folder.chmod(places.PRIVATE)  # whatever the umask, and whoever made it
    return folder
