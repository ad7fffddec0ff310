"""Packages that only some need: how a person who lacks one adds it."""

from __future__ import annotations


def how_to_add(group: str) -> str:
    """The end of a sentence about a missing package. group: under [project.optional-dependencies] in pyproject.toml."""
    return f"docs/install.md, Optional parts, says how to add the group {group}"
