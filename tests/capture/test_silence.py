"""When a source without pictures counts as lost."""

from __future__ import annotations

import pytest

from runform_live.capture.silence import ASLEEP_S, OPENING_S, SILENT_S, SilenceWatch, disconnected_text, silent_text

TURN_S = 0.1


def lost_after_s(watch: SilenceWatch, from_s: float = 100.0) -> float:
    """How long the loop turns until the source is lost."""
    for turn in range(1, 1000):
        watch.turn(from_s + turn * TURN_S)
        if watch.is_lost(from_s + turn * TURN_S):
            return turn * TURN_S
    raise AssertionError("never")


@pytest.mark.parametrize(("was_open", "after_s"), [(True, SILENT_S), (False, OPENING_S)])
def test_a_source_that_was_never_open_may_take_longer(was_open: bool, after_s: float) -> None:
    assert lost_after_s(SilenceWatch(was_open, 100.0)) == pytest.approx(after_s, abs=TURN_S)


def test_a_sign_of_the_source_starts_the_time_again() -> None:
    watch = SilenceWatch(True, 100.0)
    watch.turn(100.9)
    watch.heard(100.9)
    assert lost_after_s(watch, 100.9) == pytest.approx(SILENT_S, abs=TURN_S)


def test_time_in_which_the_process_stood_still_does_not_count() -> None:
    watch = SilenceWatch(True, 100.0)
    now_s = 100.0 + SILENT_S + ASLEEP_S
    watch.turn(now_s)
    assert not watch.is_lost(now_s)


@pytest.mark.parametrize(("source", "word"), [("0", "camera"), ("rtsp://camera/live", "network")])
def test_each_loss_is_told_in_a_sentence_of_its_own(source: str, word: str) -> None:
    texts = {disconnected_text(source), silent_text(source, was_open=True), silent_text(source, was_open=False)}
    assert len(texts) == 3 and all(word in text for text in texts)
