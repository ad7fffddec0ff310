"""`runform serve`: the camera of this computer for others that it knows (docs/remote.md)."""

from __future__ import annotations

import argparse
import contextlib

from runform_live import config
from runform_live.cli import options, terminal
from runform_live.errors import BadInput

HELP = "let another computer, whose key is known, use the camera of this one"
EXAMPLE = "runform serve camera"
CAMERA_AT = "tcp://0.0.0.0:5600"


def arguments(verb: argparse.ArgumentParser) -> None:
    offers = verb.add_subparsers(dest="offer", required=True, metavar="WHAT")
    camera = offers.add_parser("camera", help="pictures of the camera of this computer")
    camera.add_argument(
        "--camera",
        type=options.source,
        default="0",
        metavar="0|FILE|URL|demo",
        help="camera number, stream, or a film that is played in its place (default: camera 0)",
    )
    camera.add_argument(
        "--listen",
        default=CAMERA_AT,
        metavar="tcp://ADDRESS:PORT",
        help=f"where the other computer finds it (default: {CAMERA_AT})",
    )
    camera.add_argument(
        "--pictures",
        choices=("exact", "half", "small"),
        default="half",
        help="for 720p and 30 a second: exact 664 Mbit/s; half 332 Mbit/s, colours at half the resolution, which most cameras have "
        "anyway; small 35 to 70 Mbit/s, JPEG, for a radio network (default: half)",
    )
    camera.add_argument("--mirrored", action="store_true", help="the camera mirrors its pictures")
    camera.set_defaults(act=_camera)


def run(chosen: argparse.Namespace) -> None:
    chosen.act(chosen)


def _camera(chosen: argparse.Namespace) -> None:
    from runform_live.capture.reader import Source
    from runform_live.capture.source_name import is_remote
    from runform_live.runtime import camera_server, remote_wire
    from runform_live.runtime.live import EndSignals

    if is_remote(chosen.camera):
        raise BadInput("a camera of another computer is served there, not here")
    wished = config.load(chosen.config).capture

    def opens() -> Source:
        return camera_server.opened(chosen.camera, wished, chosen.mirrored)

    server = camera_server.CameraServer(chosen.listen, opens, remote_wire.PACKINGS[chosen.pictures], terminal.say)
    with contextlib.closing(server), EndSignals() as signals:
        opens().close()  # what is wrong with the camera is said now, not when somebody looks
        terminal.say(f"Ready at {chosen.listen} for the computers that `runform keys list` shows. Ctrl-C ends it.")
        while not signals.asked:
            server.turn()
