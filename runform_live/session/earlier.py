"""Earlier sessions as what a new run may be measured against."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from runform_live.errors import RunformError
from runform_live.gait.statistics import FEWEST_STANCES
from runform_live.messages import SIDES
from runform_live.session.reader import is_session, read_info, read_summary
from runform_live.session.schema import SessionInfo


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
    for path, info in _newest_first(folder):
        if len(found) == most:
            break
        try:
            summary = read_summary(path)
        except (OSError, RunformError):
            continue
        sides = [summary.sides[side].get(metric) for side in SIDES]
        means = [side.mean for side in sides if side is not None and side.n >= FEWEST_STANCES and side.mean is not None]
        if len(means) == 2 and info.model.pelvis_line == pelvis_line:
            found.append(EarlierRun(info.moment().isoformat(), (means[0], means[1])))
    return found


def _newest_first(folder: Path) -> list[tuple[Path, SessionInfo]]:
    """The finished sessions under `folder`, by the moment at which they began: names hold the local time, which may go back."""
    there: list[tuple[Path, SessionInfo]] = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError, RunformError):
                if is_session(path) and (info := read_info(path)).ended is not None:
                    there.append((path, info))
    return sorted(there, key=lambda one: (one[1].moment(), one[0].name), reverse=True)
