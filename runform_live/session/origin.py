"""What a session was measured with: program, network, settings."""

from __future__ import annotations

import uuid
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from runform_live.config import Config
from runform_live.pose import cards
from runform_live.pose.markers import INSTRUMENT_SD_DEG as MARKER_SD_DEG
from runform_live.session import schema
from runform_live.session import source as source_of
from runform_live.session.schema import Calibration, ModelUsed, SessionInfo


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
        within_run_flow=0.0 if marked else figures.within_run_flow,
        within_run_share=of_network(figures.within_run_share),
        within_run_share_sd=of_network(figures.within_run_share_sd),
        within_run_drift_sd=of_network(figures.within_run_drift_sd),
        within_run_drift_difference_sd=of_network(figures.within_run_drift_difference_sd),
    )


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
