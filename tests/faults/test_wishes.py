"""What a person chose in the window outlives the stage that was told."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from runform_live import config, controls
from runform_live.messages import Band, CoachState, Feedback, Message, Stance
from runform_live.runtime.live import setup_for
from runform_live.runtime.supervisor import Supervisor
from tests.running import left_over

pytestmark = pytest.mark.slow
WISHES = (
    controls.SetPaused(paused=True),
    controls.SetMuted(muted=True),
    controls.SetVolume(volume=0.25),
    controls.SetTargets(source="chosen", bands={"pelvic_drop_mid_deg": Band(high=3.0)}),
    controls.Train(metric="knee_valgus_mid_deg"),
    controls.SetFeedback(feedback=Feedback(mode="faded", stance_tones=True, metronome_percent=5.0)),
)


def heard(supervisor: Supervisor, seconds: float) -> Iterator[Message]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield from supervisor.messages(0.1)


def coach_state(supervisor: Supervisor) -> CoachState:
    state = next(m for m in heard(supervisor, 30) if isinstance(m, CoachState))
    return msgspec.structs.replace(state, seq=0)


def killed(supervisor: Supervisor, stage: str) -> None:
    health = supervisor.health()[stage]
    assert health is not None
    os.kill(health.pid, signal.SIGKILL)
    for _ in heard(supervisor, 20):
        new = supervisor.health()[stage]
        if new is not None and new.pid != health.pid:
            return
    raise AssertionError(f"{stage} did not come back")


def test_a_coach_and_a_record_that_are_restarted_know_what_was_chosen(tmp_path: Path) -> None:
    supervisor = Supervisor(setup_for("demo", config.load(), tmp_path / "run"))
    (tmp_path / "run").mkdir()
    table = tmp_path / "run" / "stances.csv"
    try:
        supervisor.start()
        assert any(isinstance(m, Stance) for m in heard(supervisor, 60)), "something is measured"
        for wish in WISHES:
            supervisor.ask(wish)
        list(heard(supervisor, 1.5))
        chosen = coach_state(supervisor)
        assert chosen.muted and chosen.feedback.mode == "faded" and chosen.trained == "knee_valgus_mid_deg"
        killed(supervisor, "session")
        kept = table.read_text()
        killed(supervisor, "coach")
        assert coach_state(supervisor) == chosen
        later = sum(isinstance(m, Stance) for m in heard(supervisor, 2.0))
        assert later > 0 and table.read_text() == kept, "the run goes on, and is not recorded while it is paused"
    finally:
        supervisor.close()
    assert left_over() == []
