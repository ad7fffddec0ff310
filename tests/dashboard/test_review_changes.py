"""The parts of a run on the band of the review window, and their changes word by word."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from runform_live import texts
from runform_live.dashboard import review_changes
from runform_live.dashboard.review_model import ReviewModel
from runform_live.session.figures import PartChange, RunPart
from tests.report.makers import DROP, FIRST, PARTS, change, part, session, stances_over

ENGLISH, GERMAN = texts.load("en")[0], texts.load("de")[0]
LESS, MORE, NOTHING = change(-2.3), change(1.1), change(0.2, 0.7)
WORDS: dict[str, tuple[PartChange, str, str]] = {
    "one side": (
        part("block", LESS, NOTHING),
        "with feedback, 2:10 to 4:10: left 2.3° less (± 0.5°), right no sure change",
        "mit Feedback, 2:10 bis 4:10: links 2,3° weniger (± 0,5°), rechts keine sichere Änderung",
    ),
    "both sides": (
        part("pause", LESS, MORE),
        "without feedback, 4:10 to 5:00: left 2.3° less (± 0.5°), right 1.1° more (± 0.5°)",
        "ohne Feedback, 4:10 bis 5:00: links 2,3° weniger (± 0,5°), rechts 1,1° mehr (± 0,5°)",
    ),
    "neither side": (
        part("last", NOTHING, NOTHING),
        "last part, 4:00 to 5:00: no sure change on either side",
        "letzter Teil, 4:00 bis 5:00: auf keiner Seite eine sichere Änderung",
    ),
    "a side without a value": (
        part("block", LESS),
        "with feedback, 2:10 to 4:10: left 2.3° less (± 0.5°), right not known",
        "mit Feedback, 2:10 bis 4:10: links 2,3° weniger (± 0,5°), rechts nicht bekannt",
    ),
    "an interval that is not known": (
        part("block", change(-2.3, None), LESS),
        "with feedback, 2:10 to 4:10: left no sure change, right 2.3° less (± 0.5°)",
        "mit Feedback, 2:10 bis 4:10: links keine sichere Änderung, rechts 2,3° weniger (± 0,5°)",
    ),
    "the camera was moved": (
        msgspec.structs.replace(part("block"), reasons=("absence", "camera")),
        "with feedback, 2:10 to 4:10: no comparison, the camera was moved in between",
        "mit Feedback, 2:10 bis 4:10: kein Vergleich, die Kamera wurde zwischendurch bewegt",
    ),
    "the view became unsure": (
        msgspec.structs.replace(part("block"), reasons=("view",)),
        "with feedback, 2:10 to 4:10: no comparison, in between it was unclear whether the camera is behind or in front",
        "mit Feedback, 2:10 bis 4:10: kein Vergleich, zwischendurch war unklar, ob die Kamera hinten oder vorn steht",
    ),
    "no stances": (
        part("block"),
        "with feedback, 2:10 to 4:10: no comparison, too few stances",
        "mit Feedback, 2:10 bis 4:10: kein Vergleich, zu wenige Standphasen",
    ),
}


@pytest.mark.parametrize("situation", WORDS)
def test_the_words_of_each_situation(situation: str) -> None:
    found, english, german = WORDS[situation]
    shown = review_changes.parts([found])[-1]
    for said, want in ((ENGLISH, english), (GERMAN, german)):
        assert review_changes.words(shown, DROP, said).replace(review_changes.NO_BREAK, " ") == want


def test_no_side_is_named_where_left_and_right_are_not_sure() -> None:
    shown = review_changes.parts([part("block", LESS, NOTHING)])[-1]
    english, german = (
        review_changes.words(shown, DROP, said.unsure_of_sides()).replace(review_changes.NO_BREAK, " ")
        for said in (ENGLISH, GERMAN)
    )
    assert english == "with feedback, 2:10 to 4:10: on one leg 2.3° less (± 0.5°), on the other no sure change"
    assert german == (
        "mit Feedback, 2:10 bis 4:10: auf einem Bein 2,3° weniger (± 0,5°), auf dem anderen keine sichere Änderung"
    )


def test_the_band_has_the_first_part_the_last_one_and_every_block_once() -> None:
    again = msgspec.structs.replace(part("block", LESS), before=PARTS["pause"])
    parts = review_changes.parts([part("last"), part("feedback"), part("pause"), part("block"), again])
    assert [(one.kind, one.from_s, one.until_s, one.is_block) for one in parts] == [
        ("first", 10.0, 70.0, False),
        ("last", 240.0, 300.0, False),
        ("feedback", 130.0, 250.0, True),
        ("no_feedback", 250.0, 300.0, True),
    ]
    assert review_changes.words(parts[0], DROP, ENGLISH) == "first part, 0:10 to 1:10: the others are compared with it"


def test_a_session_without_changes_has_no_band() -> None:
    assert review_changes.parts([]) == []


def test_a_block_with_a_pause_holds_what_is_in_its_spans_alone() -> None:
    paused = RunPart("block", ((100.0, 120.0), (150.0, 160.0)), True)
    (_, block) = review_changes.parts([PartChange(FIRST, paused, {}, {}, change(0.0))])
    assert [block.holds(at_s) for at_s in (99.0, 110.0, 135.0, 155.0, 161.0)] == [False, True, False, True, False]
    assert "1:40 to 2:40" in review_changes.words(block, DROP, ENGLISH)


def test_one_stands_in_every_part_that_holds_the_time() -> None:
    found = session(stances_over(300.0), part("last", LESS, NOTHING), part("block", NOTHING, NOTHING), part("pause"))
    model = ReviewModel(found, np.arange(9000) / 30.0)
    assert [part.kind for part in model.parts_at(245.0)] == ["last", "feedback"]
    assert model.parts_at(75.0) == []
    assert model.parts_words(model.parts_at(245.0), ENGLISH).replace(review_changes.NO_BREAK, " ").split("\n") == [
        "last part, 4:00 to 5:00: left 2.3° less (± 0.5°), right no sure change",
        "with feedback, 2:10 to 4:10: no sure change on either side",
    ]
