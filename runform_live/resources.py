"""Where the data that ships with the program lies: networks (`models`); settings, texts and sounds (`configs`); licence and notice."""

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
    place = _place(name)
    if place is None or not place.is_dir():
        raise BadInput(f"the folder {name}/ of {PACKAGE} is missing; install the program again")
    return place


def file(name: str) -> Path:
    """The shipped file called `name` ("LICENSE", "NOTICE"); BadInput where it is missing. It lies where the folders do."""
    place = _place(name)
    if place is None or not place.is_file():
        raise BadInput(f"the file {name} of {PACKAGE} is missing; install the program again")
    return place


def _place(name: str) -> Path | None:
    package = Path(str(files(PACKAGE)))
    installed, checkout = package / "shipped" / name, package.parent
    if installed.exists():
        return installed
    return checkout / name if (checkout / "pyproject.toml").is_file() else None
