"""Who listens to whom agrees with what the stages send."""

from __future__ import annotations

import importlib

from runform_live import messages
from runform_live.runtime import topology


def tags() -> set[str]:
    kinds = [kind for kind in vars(messages).values() if isinstance(kind, type) and issubclass(kind, messages.Message)]
    return {str(kind.__struct_config__.tag) for kind in kinds if kind is not messages.Message}


def test_every_topic_that_is_listened_to_is_a_message() -> None:
    for process in topology.PROCESSES:
        assert set(process.hears) <= set(topology.BY_NAME)
        assert {*process.main_hears, *(topic for topics in process.hears.values() for topic in topics)} <= tags()


def test_every_stage_has_its_process() -> None:
    for process in topology.PROCESSES:
        assert callable(importlib.import_module(process.module).create)


def test_every_stage_waits_for_the_end_of_those_before_it() -> None:
    before = {process.name: topology.ends_before(process.name) for process in topology.PROCESSES}
    assert before == {
        "session": {"capture", "pose", "gait", "coach"},
        "coach": {"gait"},
        "gait": {"pose"},
        "pose": {"capture"},
        "capture": set(),
        "lsl": {"pose", "gait", "coach"},
    }


def test_listeners_are_counted_with_the_main_process() -> None:
    assert topology.listeners("pose", "pose") == 4  # session, gait, capture, the window
    assert topology.listeners("capture", "frame") == 2
    assert topology.listeners("coach", "frame") == 0


def test_a_stage_that_is_started_only_on_request_is_counted_only_where_it_runs() -> None:
    assert topology.listeners("coach", "cue") == 2  # session, the window
    assert topology.listeners("coach", "cue", (*topology.STAGES, "lsl")) == 3
    assert "lsl" not in topology.endpoints()
    assert {"lsl", "lsl-state"} <= set(topology.endpoints((*topology.STAGES, "lsl")))
