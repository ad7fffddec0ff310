"""session.json of a session that begins now."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

import msgspec

from runform_live.config import Config
from runform_live.model_used import model_used
from runform_live.session import schema
from runform_live.session import source as source_of
from runform_live.session.schema import Calibration, SessionInfo
from runform_live.software import software


def new_info(source: str, folder: Path, config: Config, recorded_by: str, slowed: float) -> SessionInfo:
    """session.json of a session that begins now in `folder`. Raises BadInput where a network of the settings is unknown."""
    return SessionInfo(
        schema_version=schema.SESSION_VERSION,
        id=uuid.uuid4().hex,
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        source=source_of.name_of(source),
        view="unknown",
        frame_rate_hz=None,
        height_px=None,
        width_px=None,
        model=model_used(config),
        config=msgspec.to_builtins(config),
        calibration=Calibration(False, None),
        software=software(),
        recorded_by=recorded_by,
        slowed=slowed,
        flags=("nobody_seen",),
        source_file=source_of.described(source, folder),
    )
