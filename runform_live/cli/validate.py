"""`runform validate`: accuracy against known truth."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from runform_live import config, file_names
from runform_live.cli import missing, terminal
from runform_live.messages import GAITS
from runform_live.validate.unsteady import CAMERAS

HELP = "print how the measurement agrees with clips whose truth is known"
EXAMPLE = "runform validate truth/ --network blazepose-lite"
CAMERA_WORDS = {"pushed": "pushed in the run", "hand": "held in a hand", "floor": "shaken by the floor"}


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("folder", type=Path, metavar="TRUTH_DIR", help="holds NAME.mp4 with NAME.stances.csv")
    verb.add_argument(
        "--markers",
        action="store_true",
        help="two stickers over the PSIS; truth is then the line through the exact PSIS",
    )
    verb.add_argument("--network", help="a landmark network of `runform models` (default: that of the settings)")
    verb.add_argument(
        "--camera",
        choices=CAMERAS,
        help="as if filmed by a camera that is pushed in the run, held in a hand or shaken by the floor",
    )


def run(chosen: argparse.Namespace) -> None:
    # Networks and kernels: no other verb need load them.
    from runform_live.model_used import model_used
    from runform_live.validate import centimetres, change_lines
    from runform_live.validate import run as validation

    settings = config.load(chosen.config).with_markers(chosen.markers)
    if chosen.network:
        settings = msgspec.structs.replace(
            settings, pose=msgspec.structs.replace(settings.pose, network=chosen.network)
        )

    missing.tell()

    def progress(name: str) -> None:
        terminal.rewrite(f"{name} ...")

    line = "PSIS markers" if settings.pose.markers else "hip joint centres"
    camera = f", filmed as by a camera that is {CAMERA_WORDS[chosen.camera]}" if chosen.camera else ""
    terminal.say(
        f"network {settings.pose.network}, pelvis line of the {line}, truth {file_names.shown(chosen.folder)}{camera}; "
        "errors are measured minus true, degrees"
    )
    clips = []
    for clip in validation.validate(chosen.folder, settings, progress, chosen.camera):
        clips.append(clip)
        terminal.say("\n".join(validation.lines(clip[1])))
    of_all = []
    for gait in GAITS:
        known = validation.of_gait(clips, gait)
        if known:
            together = validation.overall(clips, gait)
            of_all += [
                *validation.lines(together, together=True),
                *validation.error_lines(together, [one for one, _ in known]),
            ]
    matched = [
        one for one, _ in validation.of_gait(clips, "run") if one.clip.stances
    ]  # else somebody walked and was read as running
    changed = change_lines.lines(matched, model_used(settings).within_run())
    in_cm = [centimetres.of_clip(one.clip, [measured for _, measured in one.pairs], one.body) for one in matched]
    cm_lines = centimetres.lines([one for one in in_cm if one is not None])
    terminal.say("\n".join([*of_all, *cm_lines, *changed]))
