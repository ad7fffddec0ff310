"""Options that several verbs share, and the settings that they make."""

from __future__ import annotations

import argparse

from runform_live import config
from runform_live.messages import View


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


def view_of(chosen: argparse.Namespace) -> View:
    return "unknown" if chosen.view == "auto" else chosen.view


def settings_of(chosen: argparse.Namespace) -> config.Config:
    """The settings file, with what the command line says otherwise."""
    return config.load(chosen.config).with_markers(chosen.markers)
