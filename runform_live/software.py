"""Name and version of the program, as they stand in what it writes."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def software() -> str:
    """Such as "runform_live 0.22.0"."""
    try:
        return f"runform_live {version('runform_live')}"
    except PackageNotFoundError:
        return "runform_live (not installed)"
