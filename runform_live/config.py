"""Settings: configs/defaults.toml, then the person's own file. Every key is known, typed and has a default that ships."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from runform_live import file_names, places, resources, tables, texts
from runform_live.capture.settings import CaptureSettings
from runform_live.errors import BadInput
from runform_live.lsl.library import Scope
from runform_live.messages import Band, Feedback, FeedbackMode, Gait
from runform_live.metrics import MAIN_METRIC
from runform_live.pose import cards
from runform_live.pose.settings import PoseSettings
from runform_live.tables import Settings

DAY_S = 86400.0
Seconds = Annotated[float, Meta(ge=0, le=7200)]


class GaitSettings(Settings, frozen=True):
    rolling_stances: Annotated[int, Meta(ge=2, le=100)]
    end_after_s: Annotated[float, Meta(ge=0, le=DAY_S)]
    camera_height_cm: Annotated[float, Meta(ge=0, le=300)] | None = None


class CoachSettings(Settings, frozen=True):
    mode: FeedbackMode
    shortest_pause_s: Annotated[float, Meta(ge=0, le=3600)]
    fewest_stances: Annotated[int, Meta(ge=2, le=20)]
    praise: bool
    faded_blocks_s: Annotated[list[tuple[Seconds, Seconds]], Meta(min_length=1)]
    summary_every_s: Annotated[float, Meta(ge=1, le=7200)]
    volume: Annotated[float, Meta(ge=0, le=1)]
    stance_tones: bool
    target_from: Literal["settings", "baseline", "none"]
    target_gait: Gait
    baseline_change_deg: Annotated[float, Meta(ge=0, le=20)]
    targets: dict[str, Band]
    metronome_percent: Annotated[float, Meta(ge=0, le=10)] | None = None

    @property
    def feedback(self) -> Feedback:
        """How feedback is given."""
        return Feedback(self.mode, self.stance_tones, self.metronome_percent)

    @property
    def trained(self) -> str:
        """What the large numbers, the tones and a target from the first minute are about: the first metric of the bands."""
        return next(iter(self.targets), MAIN_METRIC)


class ScreenSettings(Settings, frozen=True):
    language: str
    guide: bool
    large_text: bool
    light: bool
    clinician: bool


class RecordSettings(Settings, frozen=True):
    folder: str
    video: bool


class ReportSettings(Settings, frozen=True):
    """What stands at the head of a report. names: who is named on it."""

    clinic: Annotated[str, Meta(max_length=120)]
    logo: Annotated[str, Meta(max_length=4096)]
    names: Literal["nobody", "pseudonym", "name"]


class ExportSettings(Settings, frozen=True):
    lsl: Scope


class Config(Settings, frozen=True):
    """All settings of one run."""

    capture: CaptureSettings
    pose: PoseSettings
    gait: GaitSettings
    coach: CoachSettings
    screen: ScreenSettings
    record: RecordSettings
    report: ReportSettings
    export: ExportSettings

    def with_markers(self, asked: bool) -> Config:
        """The same with the stickers of --markers, where they were asked for."""
        if not asked:
            return self
        return msgspec.structs.replace(self, pose=msgspec.structs.replace(self.pose, markers=True))

    def with_threads(self, threads: int | None) -> Config:
        """The same with so many threads for the networks; None: as it stands."""
        if threads is None:
            return self
        return msgspec.structs.replace(self, pose=msgspec.structs.replace(self.pose, threads=threads))

    def with_camera_height(self, said_cm: float | None) -> Config:
        """The same with the height of --camera-height, where it was said."""
        if said_cm is None:
            return self
        return msgspec.structs.replace(self, gait=msgspec.structs.replace(self.gait, camera_height_cm=said_cm))

    def with_lsl(self, scope: Scope | None) -> Config:
        """The same with the live stream of --lsl, where it was said."""
        return self if scope is None else msgspec.structs.replace(self, export=ExportSettings(scope))


def own_file() -> Path | None:
    """Where a person's own settings lie, or would; None for an account without a home folder."""
    base = places.config_home()
    return None if base is None else base / resources.PACKAGE / "config.toml"


def sessions_folder(config: Config) -> Path:
    """Where sessions are kept that nobody named a place for."""
    if config.record.folder:
        try:
            return file_names.path_given(config.record.folder)
        except BadInput as trouble:
            raise BadInput(f"folder in [record]: {trouble}") from None
    base = places.data_home()
    if base is None:
        raise BadInput(
            "this account has no home folder to keep sessions in; name a folder with --record DIR or --out DIR, or as folder in [record]"
        )
    return base / resources.PACKAGE / "sessions"


def load(path: Path | None = None) -> Config:
    """The defaults, overridden by `path`, or by the person's own file where there is one. BadInput says in a line what is wrong."""
    own = own_file()
    chosen = path or (own if own is not None and _is_there(own) else None)
    values = {} if chosen is None else tables.parsed("settings", chosen)
    return checked(values, f"settings {chosen or 'defaults.toml'}")


def delivered() -> dict[str, Any]:
    """The values of configs/defaults.toml."""
    return tables.parsed("settings", resources.folder("configs") / "defaults.toml")


def checked(own: dict[str, Any], where: str) -> Config:
    """The defaults, overridden by the values of a person's own file. BadInput says in a line, which begins with `where`, what is wrong."""
    values = _merged(delivered(), with_source(own))
    config = tables.fitted(where, values, Config, "; configs/defaults.toml shows every key")
    _check(where, config)
    return config


def with_source(own: dict[str, Any]) -> dict[str, Any]:
    """A person's own settings. Whoever gives a limit there means it, also where they do not say that targets come from the settings."""
    coach = own.get("coach")
    if not isinstance(coach, dict) or not coach.get("targets") or "target_from" in coach:
        return own
    return own | {"coach": {"target_from": "settings"} | coach}


def own_values(path: Path) -> dict[str, Any]:
    """What stands in a person's own file; nothing where there is none. Raises BadInput."""
    return tables.parsed("settings", path) if _is_there(path) else {}


def _is_there(path: Path) -> bool:
    """Whether a person has made this file, in whatever state. Where this account may not look (`places.missing` says so), it is not."""
    return not places.is_closed(path) and os.path.lexists(path)


def _check(where: str, config: Config) -> None:
    """What no range can tell."""
    known = networks()
    if known and config.pose.network not in known:
        raise tables.misfit(where, ("pose", "network"), config.pose.network, tables.one_of(known))
    if config.screen.language not in texts.languages():
        languages = tables.one_of(texts.languages())
        raise tables.misfit(where, ("screen", "language"), config.screen.language, languages)
    texts.load(config.screen.language)  # every run needs the English texts; a damaged file of them is said here
    if "\0" in config.record.folder:
        raise tables.misfit(where, ("record", "folder"), config.record.folder, "it must be the path of a folder")
    if "\0" in config.report.logo:
        raise tables.misfit(where, ("report", "logo"), config.report.logo, "it must be the path of a picture")
    if not any(config.coach.faded_blocks_s[-1]):
        raise BadInput(
            f"{where}: the last pair of faded_blocks_s in [coach] is two zeros; it repeats and must last some seconds"
        )
    tables.check_metrics(where, config.coach.targets)
    for metric, band in config.coach.targets.items():
        section = f"[coach.targets.{metric}]"
        if band.low is None and band.high is None:
            raise BadInput(f"{where}: {section} has no end; give it a low, a high or both")
        if band.low is not None and band.high is not None and band.low >= band.high:
            raise BadInput(
                f"{where}: low in {section} is {band.low:g}; it must be less than high, which is {band.high:g}"
            )


def networks() -> list[str]:
    """The landmark networks; none where their cards cannot be read, which whoever needs a network says better."""
    try:
        return sorted(card.network.name for card in cards.shipped() if card.network.task == "landmarks")
    except BadInput:
        return []


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both else value
    return merged
