"""Which exercises a report names, and for which leg (configs/exercises.toml)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from runform_live import resources
from runform_live.errors import BadInput
from runform_live.messages import METRICS
from runform_live.session.against import Against


class Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exercise; its words are [exercise.NAME] of a language."""

    name: str
    source: str


class Exercises(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The exercises, hardest first, and the metrics that they are for."""

    metrics: list[str]
    exercise: list[Exercise]

    def wanted_by(self, ranked: Sequence[Against]) -> list[Against]:
        """Of a session's means those above their target that these exercises are for, the furthest first."""
        return [one for one in ranked if one.metric in self.metrics and one.direction == "high" and one.over > 0]


def read(path: Path) -> Exercises:
    """The exercises of a TOML file; BadInput names what is wrong in it."""
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=Exercises)
    except OSError as trouble:
        raise BadInput(f"exercises {path} cannot be read: {trouble.strerror}") from None
    except msgspec.DecodeError as trouble:
        raise BadInput(f"exercises {path}: {trouble}") from None
    for metric in found.metrics:
        if metric not in METRICS:
            raise BadInput(f"exercises {path}: there is no metric {metric!r}; known are {', '.join(METRICS)}")
    return found


def shipped() -> Exercises:
    return read(resources.folder("configs") / "exercises.toml")
