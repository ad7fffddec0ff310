"""A client's sessions as series: which one is the baseline, what is compared with it, in what order."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import msgspec
import pytest

from runform_live.messages import VIEW_UNSURE, Band
from runform_live.metrics import OF_GAIT
from runform_live.progress import as_json, overview
from runform_live.progress.change import BOTH, DIFFERENCE
from runform_live.progress.series import comparison, current, first_measured, progress
from runform_live.quantities import CADENCE
from tests.makers import stances
from tests.progress.makers import DROP, client, point, run

EVEN = {"left": 6.0, "right": 4.0}


def calls(points: list, metric: str = DROP, column: str = "left") -> list[str | None]:
    values = progress(points).series[metric].columns[column]  # type: ignore[index]
    return [None if one.change is None else one.change.call for one in values]


def test_each_session_is_compared_with_the_first() -> None:
    found = progress(client([9.0, 8.0, 4.0])).series[DROP]
    assert found.baseline == 0
    changes = [one.change for one in found.columns["left"]]
    assert changes[0] is None
    assert [one.change for one in changes[1:] if one] == pytest.approx([-1.0, -5.0], abs=0.3)
    assert calls(client([9.0, 8.0, 4.0])) == [None, "not_sure", "changed"]
    assert calls(client([9.0, 8.0, 4.0]), column="right") == [None, "not_sure", "not_sure"]


def test_a_film_that_was_measured_again_counts_once_as_it_was_measured_last() -> None:
    first, other, again, once_more = client([9.0, 8.0, 9.1, 9.2])
    ids = [one.info.id for one in (first, other, again, once_more)]
    assert len(set(ids)) == 4
    again = replace(again, info=msgspec.structs.replace(again.info, again_of=first.info.id))
    once_more = replace(once_more, info=msgspec.structs.replace(once_more.info, again_of=again.info.id))
    assert current([first, other, again, once_more]) == [other, once_more]
    assert current([again, other]) == [again, other], "the first one may be gone"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_sessions_are_put_in_the_order_of_their_times(order: tuple[int, ...]) -> None:
    points = client([9.0, 8.0, 4.0])
    found = progress([points[place] for place in order])
    assert [one.name for one in found.points] == ["s1", "s2", "s3"]


def test_a_session_of_another_view_is_shown_and_not_compared() -> None:
    points = client([9.0, 8.0, 4.0])
    points[1] = point(run(EVEN), 2.0, view="anterior")
    found = progress(points).series[DROP].columns["left"][1]
    assert found.measured.value == pytest.approx(6.0, abs=0.3)
    assert found.change is not None and found.change.reasons == ("view",)
    assert calls(points) == [None, "cannot", "changed"]


def test_the_baseline_is_the_first_session_like_the_newest() -> None:
    """The first was seen from in front, and the second one measured too little."""
    points = client([9.0, 8.0, 7.0, 3.0])
    points[0] = point(run(EVEN), 0.0, view="anterior")
    points[1] = point(stances(6), 2.0)
    found = progress(points).series[DROP]
    assert found.baseline == 2
    assert calls(points) == ["cannot", "cannot", None, "changed"]


def test_a_session_without_a_level_line_is_no_baseline_where_there_is_a_better_one() -> None:
    points = client([9.0, 8.0, 4.0])
    points[0] = point(run(EVEN), 0.0, calibrated=False)
    found = progress(points).series
    assert found[DROP].baseline == 1
    assert found["trunk_lean_mid_deg"].baseline == 0, "which is read without a level line"


def test_a_session_whose_sides_are_not_sure_is_no_baseline_but_its_cadence_is() -> None:
    points = client([9.0, 8.0, 4.0])
    points[0] = point(run(EVEN), 0.0, flags=(VIEW_UNSURE,))
    found = progress(points).series
    assert (found[DROP].baseline, found[CADENCE].baseline) == (1, 0)


def test_a_baseline_that_was_chosen_is_the_one_also_where_it_is_later() -> None:
    found = progress(client([9.0, 8.0, 4.0]), baseline=2).series[DROP]
    changes = [one.change for one in found.columns["left"]]
    assert changes[2] is None
    assert [round(one.change or 0.0) for one in changes[:2] if one] == [5, 4]


def test_without_sessions_or_without_stances_there_is_no_baseline() -> None:
    assert all(one.baseline is None for one in progress([]).series.values())
    empty = point([])
    assert first_measured([empty], DROP) is None
    found = progress([empty, *client([5.0])]).series[DROP]
    assert found.baseline == 1, "both began at the same time, and the one without stances has no figure"


def test_what_changed_within_a_session_stands_beside_its_mean() -> None:
    points = client([9.0, 8.0])
    points[1] = point(run(EVEN, later_deg=-2.0, count=600), 2.0)
    first, then = (one.within for one in progress(points).series[DROP].columns["left"])
    assert first is not None and not first.sure
    assert then is not None and then.sure and then.change == pytest.approx(-2.0, abs=0.4)


def test_the_target_is_that_of_the_newest_session_that_has_one() -> None:
    points = [
        point(run(EVEN), float(day), targets=targets)
        for day, targets in enumerate(({DROP: (None, 6.0)}, {DROP: (None, 5.0)}, {}))
    ]
    found = progress(points).series[DROP]
    assert found.targets == (Band(high=6.0), Band(high=5.0), None)
    assert found.target == Band(high=5.0)


def test_sessions_that_were_named_keep_their_order_and_the_first_is_the_reference() -> None:
    later, earlier = client([4.0, 9.0])[::-1]
    found = comparison([later, earlier])
    assert [one.name for one in found.points] == ["s2", "s1"]
    assert found.series[DROP].columns["left"][1].change is not None
    assert found.series[DROP].baseline == 0


def test_the_overview_sets_each_baseline_beside_the_newest_session() -> None:
    points = client([9.0, 8.0, 4.0])
    points.append(point([], 9.0))
    rows = {(row.metric, row.column): row for row in overview.to_newest(progress(points))}
    assert len(rows) == 3 * len(OF_GAIT["run"]) + 1, "no centimetres without a height"
    left = rows[DROP, "left"]
    assert (left.before.value, left.after.value) == pytest.approx((9.0, 4.0), abs=0.3)
    assert left.change is not None and left.change.call == "changed"
    assert (DROP, DIFFERENCE) in rows and (CADENCE, BOTH) in rows
    assert overview.to_newest(progress([])) == []


def test_plain_data_holds_the_same_figures_and_null_where_nothing_is_known() -> None:
    points = client([9.0, 4.0])
    points.append(point(run(EVEN), 5.0, view="anterior"))
    found = progress(points, baseline=0)
    data = json.loads(json.dumps(as_json.content(found), allow_nan=False))
    assert [one["folder"] for one in data["sessions"]] == ["s1", "s2", None]
    left = data["metrics"][DROP]["columns"]["left"]
    change = found.series[DROP].columns["left"][1].change
    assert change is not None
    assert left[0]["since_baseline"] is None
    assert left[1]["since_baseline"] == {
        "change": round(change.change or 0.0, 4),
        "ci95_low": round(change.low or 0.0, 4),
        "ci95_high": round(change.high or 0.0, 4),
        "detectable": round(change.detectable or 0.0, 4),
        "needed": round(change.needed or 0.0, 4),
        "call": "changed",
        "reasons": [],
    }
    withheld = left[2]["since_baseline"]
    assert (withheld["change"], withheld["detectable"], withheld["reasons"]) == (None, None, ["view"])
