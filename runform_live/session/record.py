"""What live and offline both put into a session folder, so that both write the same."""

from __future__ import annotations

import uuid
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.config import Config
from runform_live.messages import CoachState, Cue, GaitState, Stance
from runform_live.pose import cards
from runform_live.pose.markers import INSTRUMENT_SD_DEG as MARKER_SD_DEG
from runform_live.session import schema
from runform_live.session.reader import is_session, read_info, read_stances
from runform_live.session.schema import Calibration, ModelUsed, SessionInfo
from runform_live.session.summary import summarise
from runform_live.session.writer import SessionWriter, write_info


def software() -> str:
    try:
        return f"runform_live {version('runform_live')}"
    except PackageNotFoundError:
        return "runform_live (not installed)"


def model_used(config: Config) -> ModelUsed:
    """Name, checksums and measured error of the landmark network of the settings."""
    network = cards.find(config.pose.network, "landmarks").network
    figures = network.figures or cards.FiguresCard("nothing", {})
    marked = config.pose.markers

    def of_network(sd_deg: dict[str, float]) -> dict[str, float]:
        """Without what stickers measure instead."""
        return {metric: sd for metric, sd in sd_deg.items() if not (marked and metric in MARKER_SD_DEG)}

    return ModelUsed(
        name=network.name,
        sha256=network.sha256,
        instrument_sd_deg=figures.instrument_sd_deg | (MARKER_SD_DEG if marked else {}),
        instrument_sigma_deg=None if marked else figures.sigma_deg,
        pelvis_line="psis_markers" if marked else "hip_joint_centres",
        detail_sha256=cards.find(network.detail, "detail").network.sha256 if network.detail else "",
        instrument_difference_sd_deg=of_network(figures.instrument_difference_sd_deg),
        instrument_change_sd_deg=of_network(figures.instrument_change_sd_deg),
        instrument_change_difference_sd_deg=of_network(figures.instrument_change_difference_sd_deg),
    )


class SessionRecord:
    """One session being written: takes what the stages say and keeps the running picture of it."""

    def __init__(self, folder: Path, source: str, config: Config, recorded_by: str, slowed: float = 1.0) -> None:
        self._stances: list[Stance] = []
        if is_session(folder):  # a restarted stage goes on with what its predecessor kept
            self.info = read_info(folder)
            self._stances = read_stances(folder / schema.STANCES)
            self._begin(folder)
            return
        self.info = SessionInfo(
            schema_version=schema.SESSION_VERSION,
            id=uuid.uuid4().hex,
            started=datetime.now().astimezone().isoformat(timespec="seconds"),
            source=source,
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
        )
        self._begin(folder)

    def _begin(self, folder: Path) -> None:
        self._writer = SessionWriter(folder, self.info)
        self._state: GaitState | None = None
        self._flags: list[str] = []

    def opened(self, height_px: int, width_px: int, frame_rate_hz: float | None) -> None:
        """The source is open: its size and rate are known."""
        self._update(height_px=height_px, width_px=width_px, frame_rate_hz=frame_rate_hz)

    def pose(self, frame: int, time_s: float, landmarks: npt.NDArray[np.float64]) -> None:
        self._writer.pose(frame, time_s, landmarks)

    def stance(self, stance: Stance) -> None:
        self._stances.append(stance)
        self._writer.stance(stance)

    def state(self, state: GaitState) -> None:
        """The latest word of the gait stage; a change of view or calibration goes into session.json at once."""
        before = self._state
        self._state = state
        if before is None or (before.view, before.calibrated) != (state.view, state.calibrated):
            view = state.view if state.view in ("posterior", "anterior") else self.info.view
            self._update(view=view, calibration=_calibration(state))
        if before is not None and before.phase != state.phase:
            kind = (
                "run_pauses" if state.phase == "paused" else "run_begins" if before.phase == "before" else "run_goes_on"
            )
            self._writer.event(kind, state.phase_since_s)

    def cue(self, cue: Cue) -> None:
        latency_s = None if cue.latency_s is None else round(cue.latency_s, 4)
        self._writer.event(
            "cue", cue.time_s, text=cue.text, reason=cue.reason, audible=cue.audible, latency_s=latency_s
        )

    def coach(self, state: CoachState) -> None:
        """Which targets are in force, and what is trained."""
        if state.targets != self.info.targets or state.trained != self.info.trained_metric:
            self._update(targets=state.targets, trained_metric=state.trained)

    def event(self, kind: str, time_s: float, text: str) -> None:
        self._writer.event(kind, time_s, text=text)

    def release_reserve(self) -> None:
        """The disk is full: from now on only the numbers are kept, in space set aside for them."""
        self._writer.release_reserve()

    def flag(self, word: str) -> None:
        """Something about the recording that the summary must say."""
        if word not in self._flags:
            self._flags.append(word)

    def finish(self, ended: str, frames: int, recorded: int = 0, not_recorded: int = 0) -> None:
        """Close the folder; `ended` says how."""
        state = self._state
        if state is not None and state.phase != "before":
            self._writer.event("run_ends", state.phase_since_s if state.phase == "paused" else state.time_s)
        view = self.info.view
        calibrated = state.calibrated if state else False
        self.info = msgspec.structs.replace(
            self.info,
            calibration=_calibration(state) if state else Calibration(False, None),
            frames=frames,
            frames_recorded=recorded,
            frames_not_recorded=not_recorded,
            ended=ended,
        )
        flags = [*(state.flags if state else ("nobody_seen",)), *self._flags]
        instrument = self.info.model.instrument(calibrated, state.level_sd_deg if state else None)
        summary = summarise(self._stances, instrument, calibrated, view, flags)
        self._writer.finish(self.info, summary)

    def _update(self, **changes: object) -> None:
        self.info = msgspec.structs.replace(self.info, **changes)
        write_info(self._writer.folder, self.info)


def _calibration(state: GaitState) -> Calibration:
    return Calibration(state.calibrated, _rounded(state.level_deg), _rounded(state.level_sd_deg))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
