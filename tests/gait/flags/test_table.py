"""The table of flags: their order, and that a successor gets all of them."""

from __future__ import annotations

import msgspec

from runform_live import handover
from runform_live.gait.flags.flag import Flag
from runform_live.gait.flags.table import Flags
from runform_live.messages import Naming
from tests.gait.flags.makers import Run, after, picture
from tests.makers import stance, standing


def wrong_in_every_way() -> Flags:
    """Of a small, dark runner without a pelvis who is seen from the side and reaches out of repeated pictures in slow motion."""
    flags = Flags()
    after(
        flags, 60.0, frontality=0.1, brightness=0.05, runner_brightness=0.05, cut_off=True, parts_out=("shoulders", "feet"),
        landmarks=standing() / 10,
        stances=[stance(drop=None)],
    )  # fmt: skip
    for number in range(100):
        flags.see_repeat(picture(number, cut_off=True, parts_out=("shoulders", "feet")))
    flags.hear(Run(Naming("posterior", unsure=True), slowed=True, oblique=True, not_at_hip_height=True))
    return flags


def test_they_are_told_in_one_order() -> None:
    assert wrong_in_every_way().raised() == (
        "wrong_view", "oblique_view", "camera_not_at_hip_height", "view_unsure", "low_light", "low_frame_rate", "repeated_pictures", "slow_motion",
        "shoulders_cut_off", "feet_cut_off", "person_cut_off", "small_runner", "pelvis_hidden",
    )  # fmt: skip
    assert Flags().raised() == ("nobody_seen",)


def test_every_entry_is_a_flag_that_says_something() -> None:
    entries = [getattr(Flags(), name) for name in Flags.__struct_fields__]
    assert all(isinstance(entry, Flag) for entry in entries)
    assert len({type(entry) for entry in entries}) == len(entries)
    assert all(isinstance(entry.raised(), str) for entry in entries)


def test_a_successor_gets_all_that_the_flags_know() -> None:
    flags = wrong_in_every_way()
    successor = handover.decode(handover.encode(flags), Flags)
    assert successor is not None and successor.raised() == flags.raised()
    for one in (flags, successor):
        after(one, 3.0)
    assert msgspec.to_builtins(successor) == msgspec.to_builtins(flags)
