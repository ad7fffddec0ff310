"""Options that several verbs share, and the settings that they make."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from runform_live import config
from runform_live.messages import View

FRAME_RATE_HZ = 1.0, 1000.0


class _Number(argparse.Action):
    """A number between two ends. Any other word ends the program with one line and exit status 2."""

    def __init__(self, *, least: float, most: float, **usual: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**usual)

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        try:
            number = float(str(values))
        except ValueError:
            number = float("nan")
        if not self.least <= number <= self.most:
            parser.exit(
                2, f"runform: {option_string} is {values!r}; it must be between {self.least:g} and {self.most:g}\n"
            )
        setattr(namespace, self.dest, number)


def add_number(
    verb: argparse.ArgumentParser,
    option: str,
    least: float,
    most: float,
    default: float | None,
    metavar: str,
    help_: str,
) -> None:
    """An option that takes a number from `least` to `most`; NaN and infinity are refused as well."""
    verb.add_argument(
        option,
        action=_Number,
        least=least,
        most=most,
        default=default,
        metavar=metavar,
        help=f"{help_} ({least:g} to {most:g})",
    )


def add_measuring(verb: argparse.ArgumentParser) -> None:
    """How a runner is measured: the view and the stickers."""
    verb.add_argument(
        "--view", choices=("auto", "posterior", "anterior"), default="auto", help="default: found by itself"
    )
    verb.add_argument(
        "--markers",
        action="store_true",
        help="two small bright stickers of one colour over the PSIS give the pelvis line",
    )


def add_film(verb: argparse.ArgumentParser) -> None:
    """What a film or a camera does not say of itself."""
    add_number(
        verb, "--frame-rate", *FRAME_RATE_HZ, default=None, metavar="HZ",
        help_="pictures a second at which the film plays: needed for raw streams (.h264, .mjpeg), which have no clock, and taken in "
        "place of a clock that is wrong. It is the rate of the film: of one that --slowed names, life has TIMES as many",
    )  # fmt: skip
    verb.add_argument(
        "--mirrored",
        action="store_true",
        help="the pictures are mirrored, as front cameras store them: left and right are exchanged",
    )


def view_of(chosen: argparse.Namespace) -> View:
    return "unknown" if chosen.view == "auto" else chosen.view


def settings_of(chosen: argparse.Namespace) -> config.Config:
    """The settings file, with what the command line says otherwise."""
    return config.load(chosen.config).with_markers(chosen.markers)
