"""A session ends whatever state its stages are in: who is told to finish, who is replaced, when nobody is waited for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.runtime.ending import ASKED, BY_ITSELF, CHAIN, Ending, Seen

WELL = Seen(ended=False, alive=True, silent_s=0.1)
ENDED = Seen(ended=True, alive=True, silent_s=0.1)
DEAD = Seen(ended=False, alive=False, silent_s=5.0)
HUNG = Seen(ended=False, alive=True, silent_s=5.0)
LOST = Seen(ended=False, alive=False, silent_s=5.0, lost=True)


def stages(**others: Seen) -> dict[str, Seen]:
    return {stage: others.get(stage, WELL) for stage in CHAIN}


@pytest.mark.parametrize(
    ("what", "seen", "finish", "replace"),
    [
        ("all answer", stages(), [], []),
        ("capture hangs", stages(capture=HUNG), ["pose"], []),
        ("capture died", stages(capture=DEAD), ["pose"], []),
        ("pose died after capture ended", stages(capture=ENDED, pose=DEAD), ["gait"], []),
        ("pose has ended, then died", stages(capture=ENDED, pose=Seen(True, False, 5.0)), [], []),
        ("capture and pose hang", stages(capture=HUNG, pose=HUNG), ["pose", "gait"], []),
        ("gait died", stages(capture=ENDED, pose=ENDED, gait=DEAD), [], ["gait"]),
        ("gait was lost for good", stages(capture=ENDED, pose=ENDED, gait=LOST), ["coach"], []),
        ("coach and session hang", stages(coach=HUNG, session=HUNG), [], ["coach", "session"]),
        ("only capture is gone, the others have ended", stages(capture=DEAD, pose=ENDED, gait=ENDED, coach=ENDED), ["session"], []),
    ],
)  # fmt: skip
def test_who_is_told_to_finish_and_who_is_replaced(
    what: str, seen: dict[str, Seen], finish: list[str], replace: list[str]
) -> None:
    ending = Ending(100.0, ASKED)
    assert ending.to_finish(101.2, seen) == finish, what
    assert ending.to_replace(101.2, seen) == replace, what


def test_a_stage_that_is_replaced_too_late_is_left_out() -> None:
    seen = stages(capture=ENDED, pose=ENDED, gait=DEAD)
    late_s = 100.0 + ASKED.replace_until_s + 0.1
    ending = Ending(100.0, ASKED)
    assert ending.to_replace(late_s, seen) == []
    assert ending.to_finish(late_s, seen) == ["coach"]


def test_at_last_everybody_is_told_to_finish_then_nobody_is_waited_for() -> None:
    ending = Ending(100.0, ASKED)
    assert ending.to_finish(100.0 + ASKED.finish_s + 0.1, stages()) == ["pose", "gait", "coach", "session"]
    assert not ending.gives_up(100.0 + ASKED.finish_s + 0.1, stages())
    assert ending.gives_up(100.0 + ASKED.give_up_s + 0.1, stages())


def test_without_a_session_stage_nobody_is_waited_for() -> None:
    assert Ending(100.0, ASKED).gives_up(100.1, stages(session=LOST))


def test_a_file_that_ended_by_itself_waits_for_slow_stages() -> None:
    ending = Ending(100.0, BY_ITSELF)
    slow = stages(capture=ENDED, pose=Seen(False, True, 2.0))
    assert ending.to_finish(110.0, slow) == [] and not ending.gives_up(110.0, slow)


seens = st.builds(Seen, st.booleans(), st.booleans(), st.floats(0, 20), st.booleans())


@given(st.fixed_dictionaries(dict.fromkeys(CHAIN, seens)), st.floats(0, 4.0))
def test_no_stage_is_replaced_and_given_up_at_once_and_none_that_ended_is_bothered(
    seen: dict[str, Seen], after_s: float
) -> None:
    ending = Ending(0.0, ASKED)
    told, replaced = ending.to_finish(after_s, seen), ending.to_replace(after_s, seen)
    assert not any(seen[stage].ended for stage in (*told, *replaced))
    assert set(replaced) <= {"gait", "coach", "session"}
