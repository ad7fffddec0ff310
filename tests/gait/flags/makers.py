"""Makers of pictures as the flags judge them."""

from __future__ import annotations

import dataclasses

import msgspec

from runform_live.gait.flags.flag import Flag, Seen
from runform_live.gait.flags.table import Flags
from runform_live.messages import Naming, Pose
from tests.makers import pose, standing

SEEN = Seen(
    pose=pose(1, 0.0), landmarks=standing(), passed_s=0.1, frontality=0.7, stances=(), standing=False, running=True, phase="running"
)  # fmt: skip


class Run(msgspec.Struct):
    """What is known of a whole run."""

    naming: Naming | None = None
    slowed: bool = False
    oblique: bool = False
    only_walked: bool = False
    not_at_hip_height: bool = False


def picture(number: int, **changes: object) -> Pose:
    """The pose of one picture of a camera with ten a second."""
    return msgspec.structs.replace(pose(number, number / 10), **changes)


def after(flag: Flag | Flags, seconds: float, **changes: object) -> str:
    """What a flag raises after some seconds of such pictures; `changes` are of `Seen` or of its pose."""
    for number in range(round(10 * seconds)):
        of_seen = {name: value for name, value in changes.items() if hasattr(SEEN, name)}
        of_pose = {name: value for name, value in changes.items() if not hasattr(SEEN, name)}
        flag.see(dataclasses.replace(SEEN, **{"pose": picture(number, **of_pose), **of_seen}))
    raised = flag.raised()
    return raised if isinstance(raised, str) else " ".join(raised)
