"""Where the data that ships with the program lies: networks (`models`) and settings, texts and sounds (`configs`)."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from runform_live.errors import BadInput

PACKAGE = "runform_live"


def folder(name: str) -> Path:
    """The folder of shipped data called `name` ("models", "configs"); BadInput where it is missing.

    In an installed program it is part of the package. A checkout has it beside the package, next to `pyproject.toml`. No other
    place counts, for another package may have installed a folder of the same name.
    """
    package = Path(str(files(PACKAGE)))
    installed, checkout = package / "shipped" / name, package.parent
    if installed.is_dir():
        return installed
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise BadInput(f"the folder {name}/ of {PACKAGE} is missing; install the program again")
