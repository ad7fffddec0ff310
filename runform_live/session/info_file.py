"""session.json: read and checked, and written."""

from __future__ import annotations

from pathlib import Path

import msgspec

from runform_live.encryption import sealed_file
from runform_live.errors import BadInput, reason_of
from runform_live.metrics import ANGLES
from runform_live.safe_files import as_json
from runform_live.session import door, schema
from runform_live.session.recording import is_video_name
from runform_live.session.schema import SessionInfo
from runform_live.value_ranges import BandEnds, Figure, Word


class _TargetOfSettings(msgspec.Struct):
    low: Figure | None = None
    high: Figure | None = None


class _CoachSettings(msgspec.Struct):
    """What is read from the settings that a session was run with; the rest is kept and never looked at."""

    target_from: Word = "settings"
    baseline_change_deg: Figure | None = None
    targets: dict[Word, _TargetOfSettings] = {}


class Settings(msgspec.Struct):
    coach: _CoachSettings = msgspec.field(default_factory=_CoachSettings)


def read_info(folder: Path) -> SessionInfo:
    """session.json alone."""
    path = folder / schema.SESSION
    try:
        is_folder = folder.is_dir()
    except (OSError, ValueError) as trouble:
        raise BadInput(f"{folder} cannot be read ({reason_of(trouble)})") from None
    if not is_folder:
        raise BadInput(f"{folder}: there is no such session folder; `runform sessions list` shows those there are")
    try:
        info = door.decoded(path, SessionInfo, door.RESTORE)
    except FileNotFoundError:
        raise BadInput(f"{folder} is not a session folder: {schema.SESSION} is missing") from None
    if info.schema_version > schema.SESSION_VERSION:
        raise BadInput(f"{path} was written by a newer runform_live; update the program")
    return _checked(path, info)


def _checked(path: Path, info: SessionInfo) -> SessionInfo:
    """What types and ranges alone do not tell. Raises BadInput."""

    def damaged(reason: str) -> BadInput:
        return BadInput(f"{path} is damaged ({door.clean(reason)}); {door.RESTORE}")

    try:
        info.moment()
    except (ValueError, OverflowError, OSError):
        raise damaged("`started` is no time with a date") from None
    try:
        coach = msgspec.convert(info.config, Settings).coach
    except (msgspec.MsgspecError, RecursionError) as trouble:
        raise damaged(f"in its settings: {reason_of(trouble)}") from None
    bands: dict[str, BandEnds] = {metric: (band.low, band.high) for metric, band in coach.targets.items()}
    for metric, (low, high) in (bands | (info.targets or {})).items():
        if metric not in ANGLES:
            raise damaged(f"a target for an unknown metric, {metric}")
        if low is not None and high is not None and low > high:
            raise damaged(f"the target of {metric} ends below its beginning")
    if info.trained_metric is not None and info.trained_metric not in ANGLES:
        raise damaged(f"the trained metric is unknown, {info.trained_metric}")
    if info.reference_s is not None and info.reference_s[0] > info.reference_s[1]:
        raise damaged("the first minute ends before its beginning")
    for part in info.videos:
        if not is_video_name(part.file):
            raise damaged(f"{part.file or 'an empty name'} is no video of this folder")
    shown = {
        name: door.clean(getattr(info, name)) for name in ("id", "started", "software", "recorded_by", "date_from")
    }
    model = msgspec.structs.replace(info.model, name=door.clean(info.model.name), sha256=door.clean(info.model.sha256))
    return msgspec.structs.replace(
        info,
        **shown,
        model=model,
        flags=tuple(map(door.clean, info.flags)),
        ended=None if info.ended is None else door.clean(info.ended),
        person=None if info.person is None else door.clean(info.person),
        person_id=None if info.person_id is None else door.clean(info.person_id),
    )


def write_info(folder: Path, info: SessionInfo) -> None:
    """Write session.json anew, whole or not at all; a sealed one stays sealed. Raises OSError, BadInput."""
    path = folder / schema.SESSION
    sealed_file.write(path, as_json(info), sealed_file.is_sealed(path))
