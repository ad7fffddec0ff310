from __future__ import annotations

import json
from pathlib import Path

import pytest

from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.validate.agreement import Matched, match
from runform_live.validate.days import change_errors
from runform_live.validate.true_stance import TrueStance
from runform_live.validate.truth import Clip, ClipInfo, read_clips
from tests.makers import stances

METRIC = "pelvic_drop_mid_deg"


def day(runner: str, setup: int, outfit: int, true: tuple[float, float], measured: tuple[float, float]) -> Matched:
    """One runner's drops on the left and on the right."""
    exact = [
        TrueStance(s.side, s.initial_contact_s, s.midstance_s, s.toe_off_s, {METRIC: true[s.side == "right"]})
        for s in stances(10)
    ]
    clip = Clip(f"{runner}-{outfit}", Path("x.mp4"), exact, ClipInfo(runner, outfit, setup))
    return match(clip, stances(10, *measured), InstrumentErrors({METRIC: 1.0}))


def test_an_error_that_a_runner_always_has_is_in_no_change() -> None:
    days = [
        day("a", 1, 0, (4.0, 6.0), (5.0, 5.5)),
        day("b", 1, 0, (2.0, 2.0), (3.0, 1.0)),
        day("a", 2, 0, (1.0, 6.0), (2.0, 5.5)),  # trained; errors as before
        day("b", 2, 0, (2.0, 2.0), (4.0, 1.5)),  # reads the left by a degree more, the right by half of one
        day("a", 3, 1, (4.0, 6.0), (4.0, 6.0)),  # other clothes: other errors
        day("b", 1, 0, (9.0, 9.0), (10.0, 8.0)),  # before the first camera again
    ]
    again = change_errors(days, "the same clothes before the same camera in the same light")[METRIC]
    assert again.sides == pytest.approx([0.0, 0.0])
    same = change_errors(days, "the same clothes")[METRIC]
    assert same.sides == pytest.approx([0.0, 0.0, 1.0, 0.5, -1.0, -0.5])
    assert same.differences == pytest.approx([0.0, 0.5, -0.5])
    other = change_errors(days, "other clothes")[METRIC]
    assert other.sides == pytest.approx([-1.0, 0.5, -1.0, 0.5])


def test_runners_who_are_there_once_show_no_change() -> None:
    assert change_errors([day("", 0, 0, (4.0, 6.0), (5.0, 5.5))] * 2, "the same clothes") == {}
    assert change_errors([day(name, 0, 0, (4.0, 6.0), (5.0, 5.5)) for name in "ab"], "the same clothes") == {}


def test_who_it_is_and_in_what_stands_beside_the_clip(tmp_path: Path) -> None:
    table = "side,initial_contact_s,midstance_s,toe_off_s,pelvic_drop_mid_deg\nleft,1.0,1.1,1.25,4.0\n"
    for name in ("a-1", "a-2"):
        (tmp_path / f"{name}.mp4").touch()
        (tmp_path / f"{name}.stances.csv").write_text(table)
    (tmp_path / "a-1.json").write_text(json.dumps({"runner": "a", "outfit": 1, "setup": 2, "view": "anterior"}))
    assert [clip.info for clip in read_clips(tmp_path)] == [ClipInfo("a", 1, 2, "anterior"), ClipInfo()]
    for others in ("{", '{"runner": {"height": 1.8}}', "[]"):
        (tmp_path / "a-2.json").write_text(others)
        assert read_clips(tmp_path)[1].info.runner == "", "how another program notes what it made"
