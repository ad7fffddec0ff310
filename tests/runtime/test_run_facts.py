"""When a run that has stopped ends by itself."""

from __future__ import annotations

import msgspec
import pytest

from runform_live.messages import Activity, GaitState
from runform_live.runtime.run_facts import RunFacts

REST = GaitState(
    time_s=100.0, stamp_s=0.0, activity="standing", view="posterior", calibrated=True, level_deg=0.0, level_sd_deg=0.1,
    cadence_spm=None, phase="paused", phase_since_s=40.0,
)  # fmt: skip


def after(end_after_s: float | None, **changes: object) -> RunFacts:
    facts = RunFacts(end_after_s)
    facts.take(msgspec.structs.replace(REST, **changes), [], 0.0)
    return facts


def test_who_stands_or_is_away_has_the_rest_of_the_time() -> None:
    assert after(180.0).ends_in_s == 120.0
    assert after(180.0, activity="nobody", time_s=300.0).ends_in_s == 0.0


@pytest.mark.parametrize("activity", ["walking", "running"])
@pytest.mark.parametrize("phase", ["before", "running", "paused"])
def test_a_run_never_ends_by_itself_while_somebody_walks_or_runs(activity: Activity, phase: str) -> None:
    assert after(180.0, activity=activity, phase=phase, time_s=900.0).ends_in_s is None


def test_a_walk_in_a_picture_without_the_feet_does_not_end_the_run() -> None:
    """The gait stage sees such a walk as motion, in a pause."""
    assert after(180.0, activity="moving", flags=("feet_cut_off",), time_s=900.0).ends_in_s is None


def test_who_moves_without_a_step_where_the_feet_are_seen_rests() -> None:
    assert after(180.0, activity="moving").ends_in_s == 120.0


def test_the_time_begins_anew_after_a_walk_that_was_no_step_for_the_gait_stage() -> None:
    facts = after(180.0, activity="moving", flags=("feet_cut_off",), time_s=900.0)
    facts.take(msgspec.structs.replace(REST, time_s=910.0, flags=("feet_cut_off",)), [], 0.0)
    assert facts.ends_in_s == 170.0


def test_a_run_that_is_paused_by_hand_or_never_ends_so_goes_on() -> None:
    assert after(None, time_s=900.0).ends_in_s is None
    paused = after(180.0, time_s=900.0)
    paused.paused_by_hand = True
    assert paused.ends_in_s is None
