"""Sessions with walking in them: running is compared with running, and walking with walking."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from runform_live import texts
from runform_live.messages import Stance
from runform_live.progress import as_json, overview, table, words
from runform_live.progress.point import Point, apart, walking_point
from runform_live.progress.series import Progress, comparison, progress
from tests.progress.makers import DROP, point, run


def walked(left: float, right: float, from_s: float = 200.0) -> list[Stance]:
    """Stances of walking after a run."""
    rows = run({"left": left, "right": right}, 60, cadence_spm=110.0)
    return [
        msgspec.structs.replace(
            one, gait="walk", double_support_s=0.11, initial_contact_s=from_s + one.midstance_s - 0.33,
            midstance_s=from_s + one.midstance_s, toe_off_s=from_s + one.midstance_s + 0.33,
        )
        for one in rows
    ]  # fmt: skip


def ran(left: float) -> list[Stance]:
    return run({"left": left, "right": 4.0}, 120)


def both(day: float, left: float, walked_left: float) -> Point:
    return point([*ran(left), *walked(walked_left, 4.0)], day)


def test_running_is_compared_with_running_and_walking_with_walking() -> None:
    found = comparison([both(0.0, 9.0, 3.0), both(7.0, 3.0, 9.0)])
    (main,) = (row for row in overview.between(found, 1) if (row.metric, row.column) == (DROP, "left"))
    (walking,) = (row for row in overview.walking_between(found, 1) if (row.metric, row.column) == (DROP, "left"))
    assert main.change is not None and walking.change is not None
    assert main.change.change == pytest.approx(-6.0, abs=0.5)
    assert walking.change.change == pytest.approx(6.0, abs=0.5)
    assert (main.change.reasons, walking.change.reasons) == ((), ())


def test_walking_of_one_session_alone_is_not_compared() -> None:
    found = comparison([both(0.0, 9.0, 3.0), point(ran(9.0), 7.0)])
    assert found.walking is None and overview.walking_between(found, 1) == []
    later = comparison([point(ran(9.0), 0.0), both(7.0, 9.0, 3.0), both(9.0, 9.0, 3.0)])
    assert later.walking is None, "each is compared with the first, in which nobody walked"


def test_a_session_of_walking_is_compared_with_the_walking_of_a_run() -> None:
    before, after = point(walked(3.0, 4.0, 0.0), 0.0), both(7.0, 9.0, 9.0)
    assert apart(before, after) == ("gait",)
    found = comparison([before, after])
    (main,) = (row for row in overview.between(found, 1) if (row.metric, row.column) == (DROP, "left"))
    (walking,) = (row for row in overview.walking_between(found, 1) if (row.metric, row.column) == (DROP, "left"))
    assert main.change is not None and (main.change.change, main.change.reasons) == (None, ("gait",))
    assert walking.change is not None and walking.change.change == pytest.approx(6.0, abs=0.5)


def test_two_sessions_of_walking_are_compared_once() -> None:
    found = comparison([point(walked(3.0, 4.0, 0.0), 0.0), point(walked(9.0, 4.0, 0.0), 7.0)])
    assert found.walking is None
    assert {row.metric for row in overview.between(found, 1)} >= {DROP, "double_support_s"}


def test_double_support_is_told_of_walking_alone() -> None:
    found = comparison([both(0.0, 9.0, 3.0), both(7.0, 9.0, 3.0)])
    assert "double_support_s" not in {row.metric for row in overview.between(found, 1)}
    assert "double_support_s" in {row.metric for row in overview.walking_between(found, 1)}


def test_of_many_sessions_those_with_walking_are_compared() -> None:
    points = [both(0.0, 9.0, 3.0), point(ran(9.0), 2.0), both(4.0, 9.0, 9.0)]
    found = progress(points)
    assert found.walking is not None and len(found.walking.points) == 2
    (row,) = (one for one in overview.to_newest(found.walking) if (one.metric, one.column) == (DROP, "left"))
    assert row.change is not None and row.change.change == pytest.approx(6.0, abs=0.5)
    assert overview.walking_between(found, 1) == []
    content = as_json.content(found)
    assert [one["gait"] for one in content["walking"]["sessions"]] == ["walk", "walk"]
    assert content["walking"]["walking"] is None


def drop_to_newest(found: Progress) -> tuple[int, float | None]:
    (row,) = (one for one in overview.to_newest(found) if (one.metric, one.column) == (DROP, "left"))
    return row.baseline, None if row.change is None else row.change.change


def test_a_newest_session_of_walking_leaves_the_progress_of_running_as_it_is() -> None:
    runs = [point(ran(left), 2.0 * at) for at, left in enumerate((9.0, 7.0, 5.0, 3.0))]
    found = progress([*runs, point(walked(12.0, 4.0, 0.0), 20.0, targets={DROP: (None, 20.0)}, target_gait="walk")])
    assert drop_to_newest(found) == (0, pytest.approx(-6.0, abs=0.5))
    assert drop_to_newest(found) == drop_to_newest(progress(runs))
    assert "first session" in words.sentence(found.series[DROP], found.points, texts.load("en")[0])
    assert found.series[DROP].target is None, "the target is of walking"


def test_a_first_session_of_walking_is_no_baseline_of_running() -> None:
    found = progress([point(walked(12.0, 4.0, 0.0), 0.0), point(ran(9.0), 2.0), point(ran(3.0), 4.0)])
    assert drop_to_newest(found) == (1, pytest.approx(-6.0, abs=0.5))


def test_sessions_of_walking_alone_have_a_progress_of_walking() -> None:
    found = progress([point(walked(left, 4.0, 0.0), 2.0 * at) for at, left in enumerate((3.0, 9.0))])
    assert drop_to_newest(found) == (0, pytest.approx(6.0, abs=0.5))


def test_a_baseline_that_was_named_is_that_of_the_walking_too() -> None:
    points = [both(0.0, 9.0, 3.0), point(ran(9.0), 2.0), both(4.0, 7.0, 6.0), both(6.0, 3.0, 9.0)]
    found = progress(points, baseline=2)
    assert found.walking is not None
    assert drop_to_newest(found) == (2, pytest.approx(-4.0, abs=0.5))
    assert drop_to_newest(found.walking) == (1, pytest.approx(3.0, abs=0.5)), "the second one with walking in it"


def test_a_named_baseline_without_walking_leaves_the_walking_out() -> None:
    points = [both(0.0, 9.0, 3.0), point(ran(9.0), 2.0), both(4.0, 7.0, 6.0)]
    assert progress(points, baseline=1).walking is None


def test_a_named_baseline_of_walking_is_compared_with_walking() -> None:
    points = [point(walked(3.0, 4.0, 0.0), 0.0), point(walked(9.0, 4.0, 0.0), 2.0), point(ran(5.0), 4.0)]
    assert drop_to_newest(progress(points, baseline=0)) == (0, pytest.approx(6.0, abs=0.5))


def test_a_table_of_two_sessions_names_the_gait_of_each_row() -> None:
    found = table.of_two(comparison([both(0.0, 9.0, 3.0), both(7.0, 3.0, 9.0)])).to_pylist()
    drops = {(one["gait"], one["side"]): one["change"] for one in found if one["metric"] == DROP}
    assert drops["run", "left"] == pytest.approx(-6.0, abs=0.5)
    assert drops["walk", "left"] == pytest.approx(6.0, abs=0.5)


def test_the_walking_of_a_run_has_no_targets() -> None:
    one = both(0.0, 9.0, 3.0)
    one = replace(one, info=msgspec.structs.replace(one.info, targets={DROP: (None, 5.0)}))
    part = walking_point(one)
    assert part is not None and part.gait == "walk" and part.bands == {}
