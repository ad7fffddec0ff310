"""The page of progress: what is chosen, what is said, and what is drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runform_live import programmes
from runform_live.clinic import points
from runform_live.home.progress_model import METRICS, ProgressModel
from runform_live.messages import Band, BodyShares, Prescribed
from runform_live.progress.point import Point
from runform_live.quantities import CADENCE
from runform_live.session.schema import Calibration
from tests.clinic.makers import added, ran
from tests.home.conftest import Desk
from tests.progress.makers import DROP, client, point, run

EVEN = {"left": 6.0, "right": 4.0}


def shown(home: Desk, sessions: list[Point], monkeypatch: pytest.MonkeyPatch, *pseudonyms: str) -> ProgressModel:
    """The page of the first client, who has these sessions."""
    for pseudonym in pseudonyms or ("P07",):
        added(home.database(), pseudonym)
    monkeypatch.setattr(points, "points_of", lambda _database, _client: (sessions, []))
    model = ProgressModel(home)
    model.opened()
    home.settle()
    return model


def test_without_clients_it_says_how_to_make_one(home: Desk) -> None:
    model = ProgressModel(home)
    model.opened()
    home.settle()
    assert "Make one" in model.sentence()
    assert (model.panels(), model.cells(), model.has_sessions) == ([], [], False)


def test_a_client_without_a_session_is_told_what_to_do(home: Desk) -> None:
    added(home.database())
    model = ProgressModel(home)
    model.opened()
    home.settle()
    assert "no session yet" in model.sentence() and not model.has_sessions


def test_it_opens_for_the_client_who_was_asked_for(home: Desk, tmp_path: Path) -> None:
    for name in ("A", "B"):
        ran(home.database(), added(home.database(), name), tmp_path / name)
    home.go("progress", "B")
    model = ProgressModel(home)
    model.opened()
    home.settle()
    assert model.client == "B" and [one.name for one in model.found.points] == ["B"]  # type: ignore[union-attr]
    model.choose(0)
    home.settle()
    assert model.client == "A" and [one.name for one in model.found.points] == ["A"]  # type: ignore[union-attr]


def test_the_sentence_calls_a_change_only_what_is_beyond_error(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    model = shown(home, client([9.0, 4.5]), monkeypatch)
    left, right = model.sentence().splitlines()
    assert left.startswith("Left: 4.") and left.endswith("a real change.")
    assert right.startswith("Right: ") and right.endswith("within error.")
    model.show_metric(CADENCE)
    assert model.sentence() == "Both legs: as in the first session (± 0.2 /min): within error."


def test_what_was_the_same_in_all_sessions_lets_smaller_changes_be_told(
    home: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = shown(home, client([9.0, 6.0]), monkeypatch)
    assert "real change" not in model.sentence()
    wide = model.panels()[0].band[0]
    model.say_same_setup(True)
    assert "real change" in model.sentence()
    narrow = model.panels()[0].band[0]
    assert narrow[2] - narrow[1] < 0.75 * (wide[2] - wide[1])


def test_a_mark_lies_outside_the_band_exactly_where_it_is_called_a_change(
    home: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = shown(home, client([9.0, 8.0, 7.0, 5.5, 4.0, 3.0]), monkeypatch)
    for same in (False, True):
        model.say_same_setup(same)
        for panel in model.panels():
            band = {place: (low, high) for place, low, high in panel.band}
            assert sorted(band) == [1, 2, 3, 4, 5], "the baseline is compared with nothing"
            for mark in panel.marks[1:]:
                low, high = band[mark.place]
                assert mark.changed == (not low <= mark.value <= high)


def test_what_cannot_be_compared_is_hollow_and_has_no_band(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = client([9.0, 8.0, 4.0])
    sessions[1] = point(run(EVEN), 2.0, view="anterior")
    left = shown(home, sessions, monkeypatch).panels()[0]
    assert [mark.hollow for mark in left.marks] == [False, True, False]
    assert [place for place, *_ in left.band] == [2]


def test_the_baseline_can_be_chosen_and_is_forgotten_for_another_client(
    home: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = shown(home, client([9.0, 5.0, 4.0]), monkeypatch, "P07", "P08")
    assert model.baselines[0] == model.chosen_baseline and model.baselines[2].startswith("2: 2026-05-06")
    model.choose_baseline(2)
    assert model.chosen_baseline.startswith("2: ") and "the session of 2026-05-06" in model.sentence()
    model.choose(1)
    home.settle()
    assert model.baseline is None and "the first session" in model.sentence()


def test_what_changed_within_a_session_is_an_arrow_about_its_mean(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = [*client([6.0]), point(run(EVEN, count=600, later_deg=-2.0), 3.0)]
    first, then = shown(home, sessions, monkeypatch).panels()[0].marks
    assert not first.arrow_sure and then.arrow_sure
    assert then.arrow is not None
    assert then.arrow[1] - then.arrow[0] == pytest.approx(-2.0, abs=0.4)
    assert sum(then.arrow) / 2 == pytest.approx(then.value)


def test_the_legend_explains_only_what_is_drawn(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = shown(home, client([9.0, 4.0]), monkeypatch).legend()
    assert "Bars" in plain and "Shaded" in plain
    assert "Green" not in plain and "Hollow" not in plain
    other_side = point(run(EVEN), 2.0, view="anterior", targets={DROP: (None, 5.0)})
    full = shown(home, [*client([9.0]), other_side], monkeypatch, "P08").legend()
    assert "Green" in full and "Hollow" in full


def test_the_scale_holds_everything_that_is_drawn(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    model = shown(home, [*client([9.0, 4.0]), point(run(EVEN), 5.0, targets={DROP: (None, 5.0)})], monkeypatch)
    for metric in METRICS:
        model.show_metric(metric)
        scale = model.scale()
        assert 3 <= len(scale.ticks) <= 10, metric
        for panel in model.panels():
            drawn = [end for mark in panel.marks for end in (mark.low, mark.high, mark.value) if end is not None]
            drawn += [end for _, low, high in panel.band for end in (low, high)]
            assert all(scale.low < end < scale.high for end in drawn), metric
    model.show_metric(DROP)
    assert model.panels()[0].target == Band(high=5.0) and "at most 5.0°" in model.below()


def test_step_width_is_in_centimetres_where_the_height_is_known(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    body = Calibration(True, 0.0, 0.0, body=BodyShares(0.13, 0.4))
    sessions = [point(run(EVEN), float(day), person_height_m=1.7, calibration=body) for day in (0, 2)]
    model = shown(home, sessions, monkeypatch)
    model.show_metric("step_width_hip")
    assert all(words.endswith(" cm") for _, words in model.scale().ticks)
    assert "within error" in model.sentence()
    other = shown(home, client([9.0, 8.0]), monkeypatch, "P08")
    other.show_metric("step_width_hip")
    assert not any("cm" in words for _, words in other.scale().ticks)


def test_programme_and_pain_stand_below_each_session(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = programmes.load("two_weeks").sessions

    def held(number: int, day: float, ran_s: float, **changes: Any) -> Point:
        one = point(run(EVEN), day, programme=Prescribed("two_weeks", number), **changes)
        return Point(one.info, one.summary, ran_s=ran_s)

    late = planned[1].days_after + 2.0
    sessions = [
        held(1, 0.0, planned[0].length_s, pain_before=5, pain_after=3),
        held(2, late, planned[1].length_s, pain_before=4),
        held(3, late + 30.0, 60.0),
        point(run(EVEN), late + 31.0),
    ]
    model = shown(home, sessions, monkeypatch)
    assert [(one.programme, one.pain) for one in model.cells()] == [
        ("1", "5 to 3"), ("2, +2 d", "4 to –"), ("3, part", ""), ("–", ""),
    ]  # fmt: skip
    assert "2 of 8 sessions held, 1 on time, 1 late" in model.below()


def test_of_many_sessions_the_newest_are_told_one_by_one(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    model = shown(home, client([6.0] * 11), monkeypatch)
    assert [one.place for one in model.cells()] == list(range(3, 11))
    assert len(model.panels()[0].marks) == 11


def test_the_page_that_is_kept_says_what_the_window_says(
    home: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = shown(home, client([9.0, 4.0, 3.0]), monkeypatch)
    file = tmp_path / model.file_name()
    model.save(file)
    home.settle()
    page = file.read_text(encoding="utf-8")
    assert all(line in page for line in model.sentence().splitlines())
    assert str(file) in home.words


def test_a_page_over_what_a_session_keeps_is_refused(home: Desk, tmp_path: Path) -> None:
    folder = ran(home.database(), added(home.database()), tmp_path / "run")
    model = ProgressModel(home)
    model.opened()
    home.settle()
    before = (folder / "summary.json").read_bytes()
    assert not home.try_(lambda: model.save(folder / "summary.json"))
    assert home.warns and (folder / "summary.json").read_bytes() == before


def test_a_damaged_session_is_one_line_at_the_foot(home: Desk, tmp_path: Path) -> None:
    someone = added(home.database())
    for name in ("a", "b"):
        ran(home.database(), someone, tmp_path / name)
    path = tmp_path / "a" / "session.json"
    path.write_text(json.dumps({"schema_version": 1}))
    model = ProgressModel(home)
    model.opened()
    home.settle()
    assert home.warns and home.words.startswith("a: ")
    assert model.has_sessions
