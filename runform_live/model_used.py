"""The landmark network of a session: its name and checksum, and how wrong the figures are that it gives."""

from __future__ import annotations

from typing import Literal

import msgspec

from runform_live.config import Config
from runform_live.gait.uncertainty.change import ChangeErrors, ChangeModel
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import Gait
from runform_live.pose import cards
from runform_live.pose.settings import MARKER_SD_DEG
from runform_live.value_ranges import Factor, Share, Spread, Word


class ModelUsed(msgspec.Struct, frozen=True):
    """The landmark network of a session."""

    name: Word
    sha256: Word
    instrument_sd_deg: dict[Word, Spread] = {}
    instrument_sigma_deg: Spread | None = None  # the network's own sigma of the pelvis line where that SD was measured
    pelvis_line: Literal["hip_joint_centres", "psis_markers"] = "hip_joint_centres"  # never mixed in one comparison
    detail_sha256: Word = ""  # of the network that looks closer at the pelvis, where there is one
    instrument_difference_sd_deg: dict[Word, Spread] = {}
    walking_sd_deg: dict[Word, Spread] = {}  # as instrument_sd_deg, in walking
    walking_difference_sd_deg: dict[Word, Spread] = {}
    # Of a change from one day to another, in the same clothes, place and light.
    instrument_change_sd_deg: dict[Word, Spread] = {}
    instrument_change_difference_sd_deg: dict[Word, Spread] = {}  # the same of left minus right
    # Of a change within a run (gait/uncertainty/change.py): the share of it that is read, and what drifts in a minute without one.
    within_run_share: dict[Word, Factor] = {}
    within_run_share_sd: dict[Word, Spread] = {}
    within_run_drift_sd: dict[Word, Spread] = {}
    within_run_drift_difference_sd: dict[Word, Spread] = {}
    within_run_flow: Share = 0.0

    def errors_are_known(self, gait: Gait) -> bool:
        """Whether the errors of any angle were measured in this gait."""
        return bool(self.walking_sd_deg if gait == "walk" else self.instrument_sd_deg)

    def within_run(self) -> ChangeModel:
        """The errors that belong to a change within one run."""
        return ChangeModel(
            ChangeErrors(
                share=self.within_run_share,
                share_sd=self.within_run_share_sd,
                drift_sd=self.within_run_drift_sd,
                drift_difference_sd=self.within_run_drift_difference_sd,
                return_sd=self.instrument_change_sd_deg,
                return_difference_sd=self.instrument_change_difference_sd_deg,
                sigma_deg=self.instrument_sigma_deg,
                flow=self.within_run_flow,
            )
        )

    def instrument(self, calibrated: bool, level_sd_deg: float | None) -> InstrumentErrors:
        """The errors that belong to figures of this network, with a level line of that SD (None: left out) where there is one."""
        level_sd_deg = (level_sd_deg or 0.0) if calibrated else None
        return InstrumentErrors(
            self.instrument_sd_deg,
            self.instrument_sigma_deg,
            level_sd_deg,
            self.instrument_difference_sd_deg,
            self.walking_sd_deg,
            self.walking_difference_sd_deg,
        )


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
        walking_sd_deg=of_network(figures.walking_sd_deg),
        walking_difference_sd_deg=of_network(figures.walking_difference_sd_deg),
        instrument_change_sd_deg=of_network(figures.instrument_change_sd_deg),
        instrument_change_difference_sd_deg=of_network(figures.instrument_change_difference_sd_deg),
        within_run_flow=0.0 if marked else figures.within_run_flow,
        within_run_share=of_network(figures.within_run_share),
        within_run_share_sd=of_network(figures.within_run_share_sd),
        within_run_drift_sd=of_network(figures.within_run_drift_sd),
        within_run_drift_difference_sd=of_network(figures.within_run_drift_difference_sd),
    )
