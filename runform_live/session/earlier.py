"""Earlier sessions as what a new run may be measured against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from runform_live.gait.statistics import FEWEST_STANCES
from runform_live.messages import SIDES
from runform_live.session import schema
from runform_live.session.schema import SessionInfo, Summary


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """When it was, and each side's mean of one metric (left, right)."""

    started: str  # ISO 8601
    means: tuple[float, float]


def earlier_runs(folder: Path, metric: str, pelvis_line: str, most: int) -> list[EarlierRun]:
    """The last runs under `folder` that measured the metric on both sides along the same pelvis line, newest first.

    What cannot be read is left out: this is an offer, not a report.
    """
    found: list[EarlierRun] = []
    if not folder.is_dir():
        return found
    for path in sorted(folder.iterdir(), reverse=True):
        if len(found) == most:
            break
        try:
            info = msgspec.json.decode((path / schema.SESSION).read_bytes(), type=SessionInfo)
            summary = msgspec.json.decode((path / schema.SUMMARY).read_bytes(), type=Summary)
        except (OSError, msgspec.DecodeError):
            continue
        if info.ended is None:
            continue  # it is still running, or was never completed
        sides = [summary.sides.get(side, {}).get(metric) for side in SIDES]
        means = [side.mean for side in sides if side is not None and side.n >= FEWEST_STANCES and side.mean is not None]
        if len(means) == 2 and info.model.pelvis_line == pelvis_line:
            found.append(EarlierRun(info.started, (means[0], means[1])))
    return found
