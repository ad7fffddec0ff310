"""Where left and right may be exchanged no cue names a side, in words or in sound."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec
import numpy as np
import pytest

from runform_live import config, controls, texts
from runform_live.coach import process
from runform_live.coach.process import CoachStage, create, read_sounds
from runform_live.messages import Band, Cue, Message, Naming
from runform_live.runtime.bus import Buffer
from runform_live.runtime.stage import StageSetup
from tests.coach.test_process import DROP, STEP_S, Speaker, cues, gait, received
from tests.makers import stance

UNSURE, BEHIND, IN_FRONT = Naming("posterior", unsure=True), Naming("posterior"), Naming("anterior", number=1)
SIDE_WORDS = re.compile(r"\b(left|right|link|recht)", re.IGNORECASE)


class Ears(Speaker):
    """Remembers what was played, and on which side."""

    heard: ClassVar[list[tuple[list[np.ndarray], object]]] = []
    tones_heard: ClassVar[list[np.ndarray]] = []

    def play(self, *sounds: np.ndarray, side: object = None) -> bool:
        Ears.heard.append((list(sounds), side))
        return super().play(*sounds, side=side)

    def play_placed(self, *sounds: np.ndarray) -> bool:
        Ears.tones_heard.extend(sounds)
        return super().play_placed(*sounds)


@pytest.fixture(autouse=True)
def _ears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "Speaker", Ears)
    Ears.heard, Ears.tones_heard = [], []


def coach(sent: list[Message], language: str = "en", state: bytes = b"", **changes: object) -> CoachStage:
    def send(message: Message, *_: Buffer) -> None:
        sent.append(message)

    whole = config.load()
    settings = msgspec.structs.replace(
        whole,
        coach=msgspec.structs.replace(
            whole.coach, **{"targets": {DROP: Band(high=6.0)}, "target_from": "settings"} | changes
        ),
        screen=msgspec.structs.replace(whole.screen, language=language),
    )
    stage = create(StageSetup("coach", {}, settings, "demo", state=state, restarted=bool(state)), send)
    if not state:
        stage.handle(gait(-1.0, "before"))
    return stage


def run(
    stage: CoachStage, first: int, last: int, naming: Naming, first_leg: float = 10.0, other_leg: float = 3.0
) -> None:
    sides = ("right", "left") if naming.view == "anterior" else ("left", "right")
    for k in range(first, last):
        drop = (first_leg, other_leg)[k % 2]
        stage.handle(received(stance(sides[k % 2], k * STEP_S, drop, naming=naming)))


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("mode", ["bandwidth", "constant", "summary"])
def test_while_the_view_is_unsure_a_cue_names_no_side_and_comes_from_the_middle(language: str, mode: str) -> None:
    sent: list[Message] = []
    run(coach(sent, language, mode=mode, summary_every_s=30.0), 0, 200, UNSURE)
    told = cues(sent)
    assert told
    one_leg = texts.load(language)[0]("leg.one")
    for cue in told:
        assert cue.side is None and cue.text.endswith(one_leg)
        assert not SIDE_WORDS.search(cue.text) and not SIDE_WORDS.search(cue.reason)
    spoken = read_sounds(language)[0]["belt_level_one"]
    assert all(side is None and any(np.array_equal(part, spoken) for part in row) for row, side in Ears.heard)
    assert len(Ears.heard) == len(told)


def test_praise_names_no_side_either() -> None:
    sent: list[Message] = []
    stage = coach(sent)
    run(stage, 0, 60, UNSURE)
    run(stage, 60, 140, UNSURE, first_leg=3.0)
    assert "That is it - one leg" in [cue.text for cue in cues(sent)]
    assert not any(SIDE_WORDS.search(cue.text + cue.reason) for cue in cues(sent))


@pytest.mark.parametrize("language", texts.languages())
def test_every_cue_of_every_language_is_spoken_without_a_side_too(language: str) -> None:
    sounds = read_sounds(language)[0]
    sided = {name.removesuffix("_left") for name in sounds if name.endswith("_left")}
    assert sided and {f"{name}_one" for name in sided} <= set(sounds)


def test_tones_of_stances_come_from_the_middle() -> None:
    stage = coach([], stance_tones=True, mode="bandwidth")
    run(stage, 0, 6, UNSURE)
    assert len(Ears.tones_heard) == 6
    assert all(np.array_equal(tone[:, 0], tone[:, 1]) for tone in Ears.tones_heard)
    run(stage, 6, 12, BEHIND)
    assert not any(np.array_equal(tone[:, 0], tone[:, 1]) for tone in Ears.tones_heard[6:])


def test_once_the_view_is_said_the_cues_name_the_side_that_is_right() -> None:
    """The leg that drops was taken for the left one; it is the right one, also by the stances from before."""
    sent: list[Message] = []
    stage = coach(sent)
    run(stage, 0, 20, UNSURE)
    before = len(cues(sent))
    stage.handle(received(msgspec.structs.replace(gait(20 * STEP_S, "running").message, naming=IN_FRONT)))
    run(stage, 20, 80, IN_FRONT)
    after = cues(sent)[before:]
    assert after and {cue.side for cue in after} == {"right"} and all("right leg" in cue.text for cue in after)


def test_a_successor_knows_that_the_view_is_unsure_before_it_hears_of_it() -> None:
    sent: list[Message] = []
    stage = coach(sent)
    run(stage, 0, 13, UNSURE)
    successor = coach(sent, state=stage.state_bytes())
    for k in range(13, 60):  # stances whose sender says nothing of it
        successor.handle(received(stance(("left", "right")[k % 2], k * STEP_S, (10.0, 3.0)[k % 2])))
    assert cues(sent) and {cue.side for cue in cues(sent)} == {None}


def test_a_baseline_keeps_its_legs_apart_when_they_get_their_right_names() -> None:
    sent: list[Message] = []
    stage = coach(sent)
    stage.control(controls.SetTargets(source="baseline", bands={DROP: Band()}))
    run(stage, 0, 100, UNSURE)
    run(stage, 100, 180, IN_FRONT)
    stage.idle()
    assert sent[-1].targets == {DROP: Band(high=8.0)}, "10 of the worse leg less 2, not a mean of both"  # type: ignore[attr-defined]


MOVED_S = 99.5 * STEP_S
MOVED = Naming("posterior", unsure=True, since_s=MOVED_S)
FOUND = Naming("anterior", number=1, since_s=MOVED_S)


def aims(sent: list[Message], stage: CoachStage) -> object:
    stage.idle()
    return sent[-1].targets  # type: ignore[attr-defined]


def test_a_baseline_keeps_the_names_of_stances_from_before_the_camera_was_moved() -> None:
    """The left leg drops by 10 deg all the time; after the move it is called the right one until the view is clear."""
    sent: list[Message] = []
    stage = coach(sent)
    stage.control(controls.SetTargets(source="baseline", bands={DROP: Band()}))
    run(stage, 0, 100, BEHIND)
    run(stage, 100, 140, MOVED, first_leg=3.0, other_leg=10.0)
    run(stage, 140, 180, FOUND, first_leg=3.0, other_leg=10.0)
    assert aims(sent, stage) == {DROP: Band(high=8.0)}


@pytest.mark.parametrize("found_after", [100, 180], ids=["in the baseline", "after it"])
def test_a_baseline_is_of_angles_as_the_other_view_tells_them(found_after: int) -> None:
    """A drop of 10 deg, as seen from behind, is one of 10 / 0.76 from in front, where only 0.76 of it is seen."""
    sent: list[Message] = []
    stage = coach(sent)
    stage.control(controls.SetTargets(source="baseline", bands={DROP: Band()}))
    run(stage, 0, found_after, Naming("posterior", unsure=True, turn_share=(1.0, 0.76)))
    in_front = Naming("anterior", number=1, turn_share=(1.0, 0.76))
    run(stage, found_after, 200, in_front, first_leg=10.0 / 0.76, other_leg=3.0 / 0.76)
    assert aims(sent, stage) == {DROP: Band(high=11.2)}
    successor_sent: list[Message] = []
    successor = coach(successor_sent, state=stage.state_bytes())
    assert aims(successor_sent, successor) == {DROP: Band(high=11.2)}


def test_praise_for_a_cue_of_before_the_camera_was_moved_is_for_the_same_leg() -> None:
    sent: list[Message] = []
    stage = coach(sent)
    run(stage, 0, 100, BEHIND)
    run(stage, 100, 104, MOVED, first_leg=3.0)
    run(stage, 104, 180, FOUND, first_leg=3.0)
    assert {cue.side for cue in cues(sent)} == {"left"} and "That is it - left leg" in [cue.text for cue in cues(sent)]


def test_a_cue_that_is_sure_names_its_side_as_before() -> None:
    sent: list[Message] = []
    run(coach(sent), 0, 60, BEHIND)
    assert {(cue.side, cue.text) for cue in sent if isinstance(cue, Cue)} == {
        ("left", "Keep your belt level - left leg")
    }
