"""Earlier sessions as what a new run may be measured against."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runform_live.encryption import passphrase
from runform_live.errors import RunformError
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Gait
from runform_live.session.info_file import read_info
from runform_live.session.reader import is_session
from runform_live.session.schema import SessionInfo
from runform_live.session.summary_file import read_summary

MOST_READ = 200  # session folders: some 30 ms, for a window waits for it


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """When it was, and each side's mean of one metric (left, right)."""

    started: str  # ISO 8601
    means: tuple[float, float]


def earlier_runs(
    folder: Path, metric: str, pelvis_line: str, person_id: str | None, most: int, gait: Gait = "run"
) -> list[EarlierRun]:
    """One person's last runs under `folder` that measured the metric on both sides along the same pelvis line, newest first.

    gait: only sessions that are mainly of it.
    person_id: None is nobody in particular, who gets the runs that name no client. At most MOST_READ session folders are looked into,
    those that changed last. What cannot be read is left out, and nobody is asked for a passphrase: this is an offer, not a report.
    """
    with passphrase.nobody_asked():
        return _earlier_runs(folder, metric, pelvis_line, person_id, most, gait)


def _earlier_runs(
    folder: Path, metric: str, pelvis_line: str, person_id: str | None, most: int, gait: Gait
) -> list[EarlierRun]:
    found: list[EarlierRun] = []
    for path, info in _newest_first(folder, person_id):
        if len(found) == most:
            break
        try:
            summary = read_summary(path)
        except (OSError, RunformError):
            continue
        sides = [summary.sides[side].get(metric) for side in SIDES]
        means = [side.mean for side in sides if side is not None and side.n >= FEWEST_STANCES and side.mean is not None]
        if len(means) == 2 and summary.gait == gait and info.model.pelvis_line == pelvis_line:
            found.append(EarlierRun(info.moment().isoformat(), (means[0], means[1])))
    return found


def _newest_first(folder: Path, person_id: str | None) -> list[tuple[Path, SessionInfo]]:
    """The finished sessions of that person, by the moment at which they began: names hold the local time, which may go back."""
    there: list[tuple[Path, SessionInfo]] = []
    for path in itertools.islice(_last_changed(folder), MOST_READ):
        with contextlib.suppress(OSError, RunformError):
            info = read_info(path)
            if info.ended is not None and _is_of(info, person_id):
                there.append((path, info))
    return sorted(there, key=lambda one: (one[1].moment(), one[0].name), reverse=True)


def _is_of(info: SessionInfo, person_id: str | None) -> bool:
    return info.person_id == person_id and (person_id is not None or info.person is None)


def _last_changed(folder: Path) -> Iterator[Path]:
    """The session folders under `folder`, those that changed last first. No file in them is opened."""
    times: list[tuple[int, str]] = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_dir():
                    times.append((entry.stat().st_mtime_ns, entry.name))
    for _, name in sorted(times, reverse=True):
        with contextlib.suppress(OSError):
            if is_session(folder / name):
                yield folder / name
