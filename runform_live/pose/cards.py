"""Network cards: what models/*/card.toml says of each network, checked before a file is trusted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from runform_live import resources, tables
from runform_live.errors import BadInput
from runform_live.messages import INDEX, WHOLE_TURN


class InputCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the network takes: an RGB picture with values from `low` to `high`."""

    width_px: int
    height_px: int
    low: float
    high: float
    channels: Literal["first", "last"] = "last"

    @property
    def size_px(self) -> tuple[int, int]:
        return self.width_px, self.height_px

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of the network's input: one picture."""
        size = self.height_px, self.width_px
        return (1, 3, *size) if self.channels == "first" else (1, *size, 3)


class FiguresCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How wrong the network is, as `runform validate` printed it; `measured_on` says on what."""

    measured_on: str
    instrument_sd_deg: dict[str, float]  # metric -> SD between bodies of the error of a side's mean
    instrument_difference_sd_deg: dict[str, float] = {}  # the same of left minus right
    walking_sd_deg: dict[str, float] = {}  # as instrument_sd_deg, in walking
    walking_difference_sd_deg: dict[str, float] = {}
    # metric -> SD of the error of a change from one day to another, of the same runner in the same clothes, place and light
    instrument_change_sd_deg: dict[str, float] = {}
    instrument_change_difference_sd_deg: dict[str, float] = {}  # the same of left minus right
    # A change within a run (gait/uncertainty/change.py), by metric: the share of it that is measured, the SD of this share between runners, and the SD
    # of the drift per minute without a true change, of a side's mean and of left minus right
    within_run_share: dict[str, float] = {}
    within_run_share_sd: dict[str, float] = {}
    within_run_drift_sd: dict[str, float] = {}
    within_run_drift_difference_sd: dict[str, float] = {}
    within_run_flow: float = 0.0  # weight of the optical flow in a lasting change of the tilt; the network has the rest
    sigma_deg: float | None = None  # the network's own sigma of the pelvis line on those bodies
    # Share of a pelvic turn that the landmarks show: from behind, from in front
    turn_share: tuple[float, float] = WHOLE_TURN


class NetworkCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One network of a card file."""

    name: str
    task: Literal["person", "landmarks", "detail"]
    file: str
    sha256: str
    source: str
    input: InputCard
    decoder: str
    views: list[Literal["posterior", "anterior"]] = []
    landmarks: dict[str, int] = {}
    sides: Literal["runner", "picture"] = "runner"  # whose left and right its landmarks name
    sigma_input_px: float = 4.0  # for all landmarks, where the network reports none
    mirrored: bool = False  # take the mean with a mirrored pass: what is lopsided in the network cancels
    detail: str = ""  # the network that looks at a part of the person from near
    figures: FiguresCard | None = None


class _CardFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    licence: str
    notice: str
    network: list[NetworkCard]
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A network together with what its folder's card says of all of them."""

    network: NetworkCard
    title: str
    licence: str
    notice: str
    folder: Path = field(repr=False)

    @property
    def path(self) -> Path:
        return self.folder / self.network.file

    def checked_bytes(self) -> bytes:
        """The model file; refused where it is missing or its checksum is not the card's."""
        try:
            content = self.path.read_bytes()
        except OSError as trouble:
            raise BadInput(f"network file {self.path} cannot be read ({trouble.strerror}); install it again") from None
        found = hashlib.sha256(content).hexdigest()
        if found != self.network.sha256:
            raise BadInput(
                f"network file {self.path} is not the one that its card names (sha256 {found[:12]} instead of "
                f"{self.network.sha256[:12]}); it is damaged or was changed: install it again"
            )
        return content


def read_cards(folder: Path) -> list[Card]:
    """All networks under `folder` (models/), by the cards in its sub-folders; BadInput names a card that is wrong."""
    cards: list[Card] = []
    for path in sorted(folder.glob("*/card.toml")):
        described = tables.read("network card", path, _CardFile)
        for network in described.network:
            unknown = sorted(set(network.landmarks) - set(INDEX))
            if unknown:
                raise BadInput(f"network card {path}: unknown landmark {unknown[0]!r}; known are {', '.join(INDEX)}")
            cards.append(Card(network, described.title, described.licence, described.notice, path.parent))
    return cards


@cache
def shipped() -> tuple[Card, ...]:
    return tuple(read_cards(resources.folder("models")))


def find(name: str, task: str) -> Card:
    """The shipped network of that name and task."""
    named = {card.network.name: card for card in shipped() if card.network.task == task}
    if name not in named:
        raise BadInput(f"there is no {task} network {name!r}; there are: {', '.join(sorted(named)) or 'none'}")
    return named[name]
