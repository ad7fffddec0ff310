"""Each flag of the runner on its own."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.gait.flags.of_the_runner import (
    CutOff,
    FeetCutOff,
    HipsCutOff,
    NobodySeen,
    PelvisUnclear,
    PersonCutOff,
    ShouldersCutOff,
    SmallRunner,
    ViewUnsure,
    WrongView,
)
from runform_live.messages import BodyPart, Naming
from tests.gait.flags.makers import Run, after, picture
from tests.makers import stance, standing


def test_who_runs_across_the_picture_is_filmed_from_the_wrong_view() -> None:
    assert after(WrongView(), 1.0, frontality=0.3) == "wrong_view"
    assert after(WrongView(), 1.0, frontality=0.6) == ""
    assert after(WrongView(), 0.5, frontality=0.3) == "", "a turn to the side"
    assert after(WrongView(), 1.0, frontality=np.nan) == ""


def test_the_view_is_unsure_as_long_as_the_naming_is() -> None:
    flag = ViewUnsure()
    for naming, word in (
        (None, ""),
        (Naming("posterior", unsure=True), "view_unsure"),
        (Naming("posterior", unsure=False), ""),
    ):
        flag.hear(Run(naming))
        assert flag.raised() == word


def test_who_is_cut_off_in_a_fifth_of_the_pictures_is_told() -> None:
    flag = PersonCutOff()
    assert after(flag, 4.0) == ""
    assert after(flag, 1.0, cut_off=True) == "", "exactly a fifth"
    flag.see_repeat(picture(99, cut_off=True))
    assert flag.raised() == "person_cut_off"


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ((), ()),
        (("feet",), ("feet_cut_off", "person_cut_off")),
        (("knees", "feet"), ("hips_cut_off", "person_cut_off")),
        (("hips", "knees", "feet"), ("hips_cut_off", "person_cut_off")),
        (("shoulders",), ("shoulders_cut_off", "person_cut_off")),
        (("shoulders", "feet"), ("shoulders_cut_off", "feet_cut_off", "person_cut_off")),
        (("hips", "side"), ("person_cut_off",)),
    ],
)
def test_the_part_that_is_missing_is_named(out: tuple[BodyPart, ...], words: tuple[str, ...]) -> None:
    flags: list[CutOff] = [ShouldersCutOff(), HipsCutOff(), FeetCutOff(), PersonCutOff()]
    for flag in flags:
        after(flag, 2.0, parts_out=out)
    assert tuple(word for flag in flags if (word := flag.raised())) == words


def test_a_small_runner_is_told_by_the_length_of_the_trunk() -> None:
    assert after(SmallRunner(), 2.0, landmarks=standing() * (40 / 150)) == "small_runner"
    assert after(SmallRunner(), 2.0, landmarks=standing() * (50 / 150)) == ""


def test_a_pelvis_is_judged_by_most_of_the_last_ten_stances() -> None:
    hidden, poor, well = stance(drop=None), stance(pelvis_sigma_deg=4.5), stance(pelvis_sigma_deg=2.0)
    for stances, word in (
        ([hidden] * 5, ""),
        ([hidden] * 6, "pelvis_hidden"),
        ([hidden] * 3 + [poor] * 3, "pelvis_unclear"),
        ([hidden] * 6 + [well] * 5, ""),
        ([stance(drop=None, trunk_lean_mid_deg=None)] * 9, ""),
    ):
        assert after(PelvisUnclear(), 0.1, stances=stances) == word


def test_nobody_is_seen_without_a_picture_or_with_a_runner_in_under_half_of_them() -> None:
    assert NobodySeen().raised() == "nobody_seen"
    flag = NobodySeen()
    assert after(flag, 2.0) == ""
    assert after(flag, 2.1, found=False) == "nobody_seen"
    flag.see_repeat(picture(99))
    flag.see_repeat(picture(99))
    assert flag.raised() == "", "a repeated picture follows somebody"
