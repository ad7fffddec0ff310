"""`runform models`: which networks there are."""

from __future__ import annotations

import argparse

from runform_live.cli import terminal
from runform_live.pose import cards

HELP = "list the networks: licence, checksum, input, measured error"
EXAMPLE = "runform models"


def arguments(verb: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(_chosen: argparse.Namespace) -> None:
    for card in cards.shipped():
        network = card.network
        card.checked_bytes()
        width, height = network.input.size_px
        terminal.say(
            f"{network.name} ({network.task}): {card.title}, {card.licence}, {width}x{height} px, sha256 {network.sha256[:16]} fits"
        )
        if network.figures is not None:
            error = network.figures.instrument_sd_deg.get("pelvic_drop_mid_deg")
            if error is not None:
                terminal.say(
                    f"  error of a side's mean pelvic drop: SD {error:.1f} deg, measured on {network.figures.measured_on}"
                )
