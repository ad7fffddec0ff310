"""What the keys of the runner's window ask for."""

from __future__ import annotations

import pytest

from runform_live import config, controls
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.requests import Requests
from runform_live.messages import CoachState
from runform_live.model_used import ModelUsed


@pytest.fixture
def model() -> DashboardModel:
    return DashboardModel(config.load(), ModelUsed("network", "0" * 64, {}))


def said(muted: bool = False, volume: float = 1.0) -> CoachState:
    return CoachState(muted=muted, sound="", volume=volume)


def test_the_mute_key_switches_the_sound_off_and_on_also_before_the_coach_answers(model: DashboardModel) -> None:
    requests = Requests(model)
    for _ in range(3):
        requests.mute()
    assert requests.take() == [controls.SetMuted(muted=muted) for muted in (True, False, True)]


@pytest.mark.parametrize("heard", [controls.SetMuted(muted=True), said(muted=True)], ids=["request", "coach"])
def test_the_mute_key_switches_the_sound_on_where_the_clinician_switched_it_off(
    model: DashboardModel, heard: controls.SetMuted | CoachState
) -> None:
    model.take(said(), 0.0)
    if isinstance(heard, CoachState):
        model.take(heard, 1.0)
    else:
        model.asked(heard)
    requests = Requests(model)
    requests.mute()
    assert requests.take() == [controls.SetMuted(muted=False)]


def test_the_volume_goes_on_from_what_the_coach_plays_at(model: DashboardModel) -> None:
    model.take(said(volume=0.5), 0.0)
    requests = Requests(model)
    requests.louder(1)
    requests.louder(1)
    requests.louder(-1)
    assert requests.take() == [controls.SetVolume(volume=volume) for volume in (0.6, 0.7, 0.6)]
    for _ in range(9):
        requests.louder(1)
    assert requests.take()[-1] == controls.SetVolume(volume=1.0)


def test_a_state_that_the_coach_sent_before_it_heard_of_a_request_does_not_undo_it(model: DashboardModel) -> None:
    model.take(said(), 0.0)
    requests = Requests(model)
    requests.mute()
    model.take(said(), 0.1)
    assert model.muted
    model.take(said(muted=True), 0.2)
    model.take(said(), 1.2)  # somebody else asked for sound again
    assert not model.muted
