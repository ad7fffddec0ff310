"""Settings: configs/defaults.toml, then the person's own file. Every key is known, typed and has a default that ships."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import msgspec

from runform_live import resources, tables
from runform_live.errors import BadInput
from runform_live.messages import MAIN_METRIC, FeedbackMode


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all sections: unknown keys are refused."""


class CaptureSettings(Settings, frozen=True):
    width_px: int
    height_px: int
    frame_rate_hz: float


class PoseSettings(Settings, frozen=True):
    network: str
    threads: int
    markers: bool


class GaitSettings(Settings, frozen=True):
    rolling_stances: int
    end_after_s: float


class Band(Settings, frozen=True):
    """A target: from `low` to `high` in the metric's unit; None is open."""

    low: float | None = None
    high: float | None = None


class CoachSettings(Settings, frozen=True):
    mode: FeedbackMode
    shortest_pause_s: float
    fewest_stances: int
    praise: bool
    faded_blocks_s: list[tuple[float, float]]
    summary_every_s: float
    volume: float
    stance_tones: bool
    target_from: Literal["settings", "baseline", "none"]
    baseline_change_deg: float
    targets: dict[str, Band]
    metronome_percent: float | None = None

    @property
    def trained(self) -> str:
        """What the large numbers and the tones are about: the first metric that has a target."""
        return next(iter(self.targets), MAIN_METRIC)


class ScreenSettings(Settings, frozen=True):
    language: str
    guide: bool
    large_text: bool
    light: bool


class RecordSettings(Settings, frozen=True):
    folder: str
    video: bool


class Config(Settings, frozen=True):
    """All settings of one run."""

    capture: CaptureSettings
    pose: PoseSettings
    gait: GaitSettings
    coach: CoachSettings
    screen: ScreenSettings
    record: RecordSettings

    def with_markers(self, asked: bool) -> Config:
        """The same with the stickers of --markers, where they were asked for."""
        if not asked:
            return self
        return msgspec.structs.replace(self, pose=msgspec.structs.replace(self.pose, markers=True))


def own_file() -> Path:
    """Where a person's own settings lie."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / resources.PACKAGE / "config.toml"


def sessions_folder(config: Config) -> Path:
    """Where sessions are kept that nobody named a place for."""
    if config.record.folder:
        return Path(config.record.folder).expanduser()
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / resources.PACKAGE / "sessions"


def load(path: Path | None = None) -> Config:
    """The defaults, overridden by `path`, or by the person's own file where there is one."""
    values = tables.read("settings", resources.folder("configs") / "defaults.toml", dict[str, Any])
    chosen = path or (own_file() if own_file().is_file() else None)
    if chosen is not None:
        values = _merged(values, tables.read("settings", chosen, dict[str, Any]))
    try:
        config = msgspec.convert(values, Config)
    except msgspec.ValidationError as trouble:
        raise BadInput(f"settings {chosen or 'defaults.toml'}: {_plain(str(trouble))}") from None
    tables.check_metrics(f"settings {chosen or 'defaults.toml'}", config.coach.targets)
    return config


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both else value
    return merged


def _plain(text: str) -> str:
    """msgspec's message in the words of the file: "unknown key `x` in [coach]"."""
    what, _, where = text.partition(" - at `$")
    where = where.rstrip("`").lstrip(".")
    what = what.replace("Object contains unknown field", "unknown key")
    section = f" in [{where}]" if where else " at the top"
    return what + section + "; configs/defaults.toml shows every key"
