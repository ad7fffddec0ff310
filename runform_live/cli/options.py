"""Options that several verbs share, and the settings that they make."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runform_live import config, doors, file_names
from runform_live.capture.settings import CAMERA_HEIGHT_CM, FRAME_RATE_HZ
from runform_live.capture.source_name import SHIPPED, file_source, is_camera, is_stream
from runform_live.cli.parsing import path
from runform_live.errors import BadInput
from runform_live.messages import View

STDOUT = Path("-")  # as the name of a file to be written
MOST_PAIN = 10


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
    verb: argparse._ActionsContainer,
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


# -- names --------------------------------------------------------------------------------------------------------


def new_file(text: str) -> Path:
    """The file to be written."""
    if text.endswith(tuple(filter(None, (os.sep, os.altsep)))):
        raise argparse.ArgumentTypeError(f"{text} is a folder; name a file")
    found = path(text)
    return found.absolute() if found == STDOUT and text != str(STDOUT) else found  # "./-" is a file


def settings_file(text: str) -> Path:
    """The settings to be read."""
    found = path(text)
    try:
        doors.refuse_endless(found, "write the settings into a plain file")
    except BadInput as trouble:
        raise argparse.ArgumentTypeError(str(trouble)) from None
    return found


def source(text: str) -> str:
    """A camera's number, a stream's address, "demo" or a video file; "./0" and "./demo" are files."""
    if text == SHIPPED or is_stream(text):
        return text
    if is_camera(text):
        if not (text.isascii() and len(text) <= 3):
            raise argparse.ArgumentTypeError(f"there is no camera {text}; `runform doctor` shows those there are")
        return text
    return file_source(str(path(text)))


def pain(text: str) -> int:
    """A pain score from 0 to 10."""
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) <= MOST_PAIN):
        raise argparse.ArgumentTypeError(
            f"{file_names.shown(text[:80])!r} must be a whole number from 0 (none) to {MOST_PAIN}"
        )
    return int(text)


# -- what several verbs have --------------------------------------------------------------------------------------


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
    add_number(
        verb, "--camera-height", *CAMERA_HEIGHT_CM, default=None, metavar="CM",
        help_="height of the lens above the belt in cm, where you know it: the drop is then known more closely from high and low cameras",
    )  # fmt: skip


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


def add_client(verb: argparse.ArgumentParser) -> None:
    """Whose session it is."""
    verb.add_argument(
        "--client",
        metavar="P",
        help="pseudonym of the client who runs (see runform clients); the session is kept as theirs",
    )


def view_of(chosen: argparse.Namespace) -> View:
    return "unknown" if chosen.view == "auto" else chosen.view


def settings_of(chosen: argparse.Namespace) -> config.Config:
    """The settings file, with what the command line says otherwise."""
    return config.load(chosen.config).with_markers(chosen.markers)
