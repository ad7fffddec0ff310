"""Who listens to whom agrees with what the stages send."""

from __future__ import annotations

import importlib

from runform_live import messages
from runform_live.runtime import topology


def tags() -> set[str]:
    kinds = [kind for kind in vars(messages).values() if isinstance(kind, type) and issubclass(kind, messages.Message)]
    return {str(kind.__struct_config__.tag) for kind in kinds if kind is not messages.Message}


def test_every_topic_that_is_listened_to_is_a_message() -> None:
    for listens in (*topology.LISTENS.values(), topology.MAIN_LISTENS):
        for publisher, topics in listens.items():
            assert publisher in topology.STAGES
            assert set(topics) <= tags()


def test_every_stage_has_its_process() -> None:
    for stage in topology.STAGES:
        assert callable(importlib.import_module(f"runform_live.{stage}.process").create)


def test_listeners_are_counted_with_the_main_process() -> None:
    assert topology.listeners("pose", "pose") == 4  # session, gait, capture, the window
    assert topology.listeners("capture", "frame") == 2
    assert topology.listeners("coach", "frame") == 0
