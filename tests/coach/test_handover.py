"""A coach that was handed over says exactly what the undisturbed one says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runform_live import config, controls, handover
from runform_live.coach.catalogue import shipped
from runform_live.coach.choice import Choice
from runform_live.coach.choosing import ChooserState, CueChooser
from runform_live.config import CoachSettings
from runform_live.controls import Control
from runform_live.messages import Band, Feedback, Stance
from tests.makers import stance

STEP_S = 0.36
LEVEL = {"drop_level_deg": 0.0, "adduction_level_deg": 0.0}
DROP, ADDUCTION = "pelvic_drop_mid_deg", "hip_adduction_mid_deg"
WAYS: dict[str, dict[str, object]] = {
    "bandwidth": {"mode": "bandwidth"},
    "constant": {"mode": "constant"},
    "faded": {"mode": "faded", "faded_blocks_s": [(40.0, 20.0)]},
    "summary": {"mode": "summary", "summary_every_s": 45.0},
    "baseline": {"mode": "bandwidth", "target_from": "baseline", "baseline_change_deg": 2.0},
}
# Stances that came before: none, two, and so on.
MOMENTS = {"standing": 0, "first steps": 2, "run": 100, "after the camera was pushed": 260, "in a pause": 400}


@cache
def course() -> tuple[Stance, ...]:
    """A run of 144 s with too much drop on the left, which gets better after 90 s; a pause of 30 s; a run with too much again."""
    rng, found = np.random.default_rng(3), []
    for k in range(650):
        left, paused_s = k % 2 == 0, 30.0 if k >= 400 else 0.0
        usual = (4.0 if 250 <= k < 400 else 10.0) if left else 3.0
        drop = None if rng.random() < 0.03 else usual + rng.normal(0, 0.6)
        adduction = 9.0 + rng.normal(0, 0.5) + 4.0 * (k > 500)
        one = stance("left" if left else "right", k * STEP_S + paused_s, drop, hip_adduction_mid_deg=adduction, **LEVEL)
        found.append(one)
    return tuple(found)


def coach_settings(way: str) -> CoachSettings:
    targets = {DROP: Band(high=6.0), ADDUCTION: Band(high=11.0)}
    return msgspec.structs.replace(config.load().coach, **{"targets": targets, "target_from": "settings"} | WAYS[way])


def coached(
    way: str, stances: Sequence[Stance], handed_over: Collection[int] = (), wishes: dict[int, Control] | None = None
) -> tuple[list[Choice | None], list[dict[str, Band]], bytes]:
    """What a coach says after each stance, with its targets, and its state at the end; before the stances `handed_over` a successor
    takes over. wishes: other modes and targets, before these stances.
    """
    coach_of = coach_settings(way), shipped()[0]
    coach, said, bands = CueChooser(*coach_of), list[Choice | None](), list[dict[str, Band]]()
    for number, one in enumerate(stances):
        if number in handed_over:
            coach = CueChooser(*coach_of, handover.decode(handover.encode(coach.state()), ChooserState))
        wish = (wishes or {}).get(number)
        match wish:
            case controls.SetFeedback(feedback=feedback):
                coach.times.mode = feedback.mode
            case controls.SetTargets(source=source, bands=targets):
                coach.aim(source, targets)
        said.append(coach.push(one))
        bands.append(dict(coach.targets.bands))
    return said, bands, handover.encode(coach.state())


@cache
def undisturbed(way: str) -> tuple[list[Choice | None], list[dict[str, Band]], bytes]:
    return coached(way, course())


def test_the_run_has_all_that_a_handover_could_lose() -> None:
    kinds = {way: {choice.kind for choice in undisturbed(way)[0] if choice} for way in WAYS}
    assert kinds["bandwidth"] == {"cue", "praise"} and kinds["summary"] == {"summary"}
    assert all(kinds.values()), "every way of coaching says something"
    assert {choice.metric for choice in undisturbed("bandwidth")[0] if choice} == {DROP, ADDUCTION}
    assert undisturbed("baseline")[1][100] == {} != undisturbed("baseline")[1][-1]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_every_cue_and_target_is_as_in_the_undisturbed_run(moment: str, way: str) -> None:
    assert coached(way, course(), {MOMENTS[moment]}) == undisturbed(way)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(WAYS)), st.lists(st.integers(0, 649), min_size=1, max_size=4))
def test_a_handover_at_any_stance_changes_nothing(way: str, numbers: list[int]) -> None:
    assert coached(way, course(), set(numbers)) == undisturbed(way)


def test_what_was_chosen_during_the_run_is_handed_over() -> None:
    wishes = {
        60: controls.SetTargets(source="chosen", bands={DROP: Band(high=4.0)}),
        150: controls.SetFeedback(feedback=Feedback(mode="constant")),
        300: controls.SetTargets(source="baseline", bands={ADDUCTION: Band()}),
    }
    expected = coached("bandwidth", course(), wishes=wishes)
    assert expected[1][-1] != {} != expected[1][100]
    for number in (59, 60, 61, 160, 350, 420):
        assert coached("bandwidth", course(), {number}, wishes) == expected
