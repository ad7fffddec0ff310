"""What the live screen says of how a runner has changed since the first minute."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from runform_live import config, controls, texts
from runform_live.dashboard import change_model, detail_model, number_model
from runform_live.dashboard.model import DashboardModel
from runform_live.messages import Band, CoachState, GaitState, Naming, Stance, TargetFrom
from runform_live.metrics import MAIN_METRIC
from runform_live.model_used import ModelUsed
from tests.makers import stance, stances

STEP_S = 0.36
MINUTE = 167  # stances until 61 s
REFERENCE_S = (0.9, 61.0)
KNOWN = ModelUsed(
    "network", "0" * 64, {MAIN_METRIC: 1.2},
    within_run_share_sd={MAIN_METRIC: 0.1}, within_run_drift_sd={MAIN_METRIC: 0.3}, instrument_change_sd_deg={MAIN_METRIC: 1.0},
)  # fmt: skip


def model(language: str = "en", used: ModelUsed = KNOWN) -> DashboardModel:
    settings = config.load()
    screen = msgspec.structs.replace(settings.screen, language=language)
    return DashboardModel(msgspec.structs.replace(settings, screen=screen), used)


def run(count: int, left: float, right: float, **later: object) -> list[Stance]:
    """A first minute with drops of 7.0 and 3.0 deg, and `count` stances with these, each 0.5 deg off in turns; `later`: what else differs."""
    found = []
    for number, one in enumerate(stances(MINUTE + count)):
        drops = {"left": 7.0, "right": 3.0} if number < MINUTE else {"left": left, "right": right}
        changes = {"pelvic_drop_mid_deg": drops[one.side] + (0.5, -0.5)[number // 2 % 2], "drop_level_deg": 0.4} | (
            later if number >= MINUTE else {}
        )
        found.append(msgspec.structs.replace(one, **changes))  # type: ignore[arg-type]
    return found


def coach(over: bool = True, target_from: TargetFrom = "settings", high: float = 6.0) -> CoachState:
    return CoachState(
        muted=False, sound="", targets={MAIN_METRIC: Band(high=high)}, target_from=target_from,
        reference_s=REFERENCE_S if over else None, reference_left_s=0.0 if over else 34.4,
    )  # fmt: skip


def fed(
    found: list[Stance], state: CoachState | None = None, language: str = "en", used: ModelUsed = KNOWN
) -> DashboardModel:
    shown = model(language, used)
    for one in found:
        shown.take(one, 0.0)
    shown.take(state or coach(), 0.0)
    return shown


def said(shown: DashboardModel, side: str = "left") -> tuple[str, str, str]:
    words = number_model.change_words(shown, side)  # type: ignore[arg-type]
    return words.size, words.note, words.half


def test_a_sure_change_is_told_with_an_arrow_the_way_it_went_and_its_interval() -> None:
    shown = fed(run(40, 5.0, 5.5))
    assert said(shown) == ("▼ 2.0° less", "than in your first minute", "± 0.7°")
    assert said(shown, "right") == ("▲ 2.5° more", "than in your first minute", "± 0.8°")
    assert number_model.change_words(shown, "left").sure


def test_a_change_that_is_not_sure_is_shown_and_said_to_be_none_for_sure() -> None:
    shown = fed(run(40, 6.6, 3.0))
    size, note, half = said(shown)
    assert (size, note) == ("≈ 0.4° less", "than in your first minute")
    assert half.endswith(", no sure change") and not number_model.change_words(shown, "left").sure


def test_a_change_of_nothing_is_the_same_as_before() -> None:
    shown = fed([msgspec.structs.replace(one, pelvic_drop_mid_deg=4.0) for one in run(40, 4.0, 4.0)])
    assert said(shown) == ("≈ the same", "as in your first minute", "± 0.5°, no sure change")


def test_in_german() -> None:
    shown = fed(run(40, 5.0, 3.0), language="de")
    assert said(shown) == ("▼ 2,0° weniger", "als in deiner ersten Minute", "± 0,7°")


def test_while_the_first_minute_runs_it_says_how_much_of_it_is_left() -> None:
    shown = fed(run(0, 0.0, 0.0)[:70], coach(over=False))
    assert said(shown) == ("", "your first minute is watched:\n34 s left", "")
    assert change_model.above_table(shown.since_first, shown.texts) == "first minute: 34 s left"


def test_before_anything_is_measured_nothing_is_said_of_a_change() -> None:
    assert said(model()) == ("", "", "")
    assert said(fed([], coach(over=False))) == ("", "", "")


def test_right_after_the_first_minute_nothing_is_said_until_there_are_stances_to_compare() -> None:
    assert said(fed(run(0, 0.0, 0.0))) == ("", "", "")
    assert said(fed(run(12, 5.0, 3.0))) == ("", "", ""), "six a side are too few"
    assert said(fed(run(14, 5.0, 3.0)))[0].startswith("▼")


def test_stances_of_the_first_minute_are_never_compared_with_themselves() -> None:
    shown = fed(run(16, 5.0, 3.0))
    change = shown.since_first.change("left", MAIN_METRIC)
    assert change is not None and change.now == 8, "though the large number is a mean of ten"


@pytest.mark.parametrize(
    ("what", "words", "above"),
    [
        ({"camera_moves": 1}, "not compared: the camera was moved (G: a new first minute)", "not compared: the camera was moved"),
        ({"view_doubts": 1}, "not compared: left and right cannot be told apart for sure (G: a new first minute)",
         "not compared: sides not sure"),
    ],
)  # fmt: skip
def test_what_can_no_longer_be_compared_is_withheld_and_the_reason_said(
    what: dict[str, int], words: str, above: str
) -> None:
    shown = fed(run(40, 5.0, 3.0, **what))
    assert said(shown) == ("", words, "")
    assert change_model.above_table(shown.since_first, shown.texts) == above
    assert detail_model.rows(shown)[0].left_change == "–"


def test_after_an_absence_the_interval_is_wider_and_it_says_why() -> None:
    assert said(fed(run(40, 5.0, 3.0, absences=1))) == (
        "≈ 2.0° less", "than in your first minute", "± 2.1° (you were away), not sure",
    )  # fmt: skip
    assert said(fed(run(40, 1.0, 3.0, absences=1)))[::2] == ("▼ 6.0° less", "± 2.4° (you were away)")


def test_without_the_figures_of_the_network_it_says_that_nobody_knows_how_sure_it_is() -> None:
    shown = fed(run(40, 5.0, 3.0), used=ModelUsed("network", "0" * 64))
    assert said(shown) == ("≈ 2.0° less", "than in your first minute", "how sure is not known")
    assert detail_model.rows(shown)[0].left_change == "-2.0°"


def test_a_side_that_was_hidden_in_the_first_minute_is_not_compared() -> None:
    hidden = [
        msgspec.structs.replace(one, pelvic_drop_mid_deg=None) if one.side == "left" and one.midstance_s < 61.0 else one
        for one in run(40, 5.0, 5.5)
    ]
    shown = fed(hidden)
    assert said(shown) == ("", "too little was seen in your first minute to compare with", "")
    assert said(shown, "right")[0] == "▲ 2.5° more"


def test_another_level_line_is_no_change() -> None:
    """Who stands still anew gets another one: the angles jump, the pictures do not."""
    later = [
        msgspec.structs.replace(one, pelvic_drop_mid_deg=(one.pelvic_drop_mid_deg or 0.0) + 3.0, drop_level_deg=-2.6)
        if one.midstance_s > 61.0 else one
        for one in run(40, 7.0, 3.0)
    ]  # fmt: skip
    assert said(fed(later))[0].startswith("≈")


def test_sides_that_are_exchanged_take_their_change_with_them() -> None:
    shown = model()
    shown.take(gait(Naming("posterior", unsure=True)), 0.0)
    for one in run(40, 5.0, 3.0):
        shown.take(msgspec.structs.replace(one, naming=Naming("posterior", unsure=True)), 0.0)
    shown.take(coach(), 0.0)
    assert said(shown)[0] == "▼ 2.0° less"
    shown.take(gait(Naming("anterior", number=1)), 0.0)
    assert said(shown, "right")[0] == "▼ 2.0° less" and said(shown)[0].startswith("≈")


def gait(naming: Naming) -> GaitState:
    return GaitState(
        time_s=80.0, stamp_s=0.0, activity="running", view=naming.view, calibrated=True, level_deg=0.0, level_sd_deg=0.1,
        cadence_spm=166.0, naming=naming,
    )  # fmt: skip


def test_a_new_first_minute_begins_the_comparison_anew() -> None:
    shown = fed(run(40, 5.0, 3.0))
    shown.take(coach(over=False), 0.0)
    assert said(shown)[0] == ""


def test_a_stance_that_comes_after_the_change_was_shown_counts() -> None:
    found = run(40, 5.0, 3.0)
    shown = fed(found[:-20])
    assert said(shown)[0] == "▼ 2.0° less"
    for one in found[-20:]:
        shown.take(msgspec.structs.replace(one, pelvic_drop_mid_deg=9.0), 0.0)
    assert said(shown)[0] == "▲ 2.0° more"


def test_after_a_pause_the_change_is_that_of_the_stances_since() -> None:
    shown = fed(run(40, 5.0, 3.0))
    shown.asked(controls.SetPaused(paused=True))
    shown.asked(controls.SetPaused(paused=False))
    assert said(shown) == ("", "", "")


# -- the table -----------------------------------------------------------------------------------------------------


def test_the_table_has_the_change_of_both_sides_signed_and_an_arrow_where_it_is_sure() -> None:
    shown = fed(run(40, 5.0, 3.0))
    row = detail_model.rows(shown)[0]
    assert (row.left_change, row.right_change) == ("▼ -2.0° ± 0.7", "0.0° ± 0.6")
    assert change_model.above_table(shown.since_first, shown.texts) == "since your first minute (▲ ▼: sure)"
    assert detail_model.heads(shown).cells == ("", "LEFT", "RIGHT", "Left − right", "LEFT", "RIGHT")


def test_what_has_no_known_interval_is_shown_without_one() -> None:
    rows = {
        row.name: row for row in detail_model.rows(fed(run(40, 5.0, 3.0, contact_time_s=0.245, step_width_hip=0.25)))
    }
    assert rows["Contact time"].left_change == "-0.015 s"
    assert rows["Step width, hip widths"].right_change == "-0.05"


def test_the_cadence_has_a_line_of_its_own_for_both_sides() -> None:
    fast = [
        msgspec.structs.replace(one, midstance_s=61.0 + 0.34 * number)
        for number, one in enumerate(run(40, 5.0, 3.0)[MINUTE:], 1)
    ]
    row = detail_model.rows(fed([*run(0, 0.0, 0.0), *fast]))[-1]
    assert (row.name, row.left_change, row.right_change) == ("Cadence", "▲ +9.8 /min ± 0.0", "")


# -- a target that came from the first minute ----------------------------------------------------------------------


def test_a_baseline_target_is_judged_by_the_change() -> None:
    """The limit is 5.0 deg, 2 below the first minute's 7.0. The level line is lost by 3 deg in between: the number jumps."""
    shifted = [
        msgspec.structs.replace(one, pelvic_drop_mid_deg=(one.pelvic_drop_mid_deg or 0.0) + 3.0, drop_level_deg=-2.6)
        if one.midstance_s > 61.0 else one
        for one in run(40, 4.4, 3.0)
    ]  # fmt: skip
    card = number_model.card(fed(shifted, coach(target_from="baseline", high=5.0)), "left")
    assert (card.value, card.judgement, card.words) == ("7.4°", "inside", "✓ target: 2.0° less")
    assert card.mean is not None and card.zone[1] is not None and card.mean < card.zone[1], "inside on its scale too"
    assert number_model.card(fed(shifted, coach(high=5.0)), "left").judgement == "above", (
        "a limit that somebody set is about the number itself"
    )


def test_a_change_that_is_too_small_is_above_the_target() -> None:
    card = number_model.card(fed(run(40, 6.0, 3.0), coach(target_from="baseline", high=5.0)), "left")
    assert (card.judgement, card.words) == ("above", "▲ target: 2.0° less")


@pytest.mark.parametrize(
    ("low", "high", "drop", "words"),
    [
        (None, 5.0, 5.2, "▲ target: at most 2.0° more"),
        (None, 5.0, 4.0, "✓ target: at most 2.0° more"),
        (5.0, None, 4.0, "▼ target: 2.0° more"),
        (1.0, None, 2.0, "✓ target: at most 2.0° less"),
        (1.0, 5.0, 0.0, "▼ target: at most 2.0° less"),
        (1.0, 5.0, 3.0, "✓ target: at most 2.0° more"),
    ],
)
def test_a_target_from_the_first_minute_is_told_as_a_change(
    low: float | None, high: float | None, drop: float, words: str
) -> None:
    """That minute's drop was 3.0 deg on the right."""
    state = msgspec.structs.replace(coach(target_from="baseline"), targets={MAIN_METRIC: Band(low, high)})
    shown = fed(run(40, 7.0, drop), state)
    assert number_model.card(shown, "right").words == words
    assert number_model.target_words(shown, MAIN_METRIC) == "target: from your first minute"


def test_where_the_change_is_withheld_a_baseline_target_is_not_judged() -> None:
    shown = fed(run(40, 9.0, 3.0, camera_moves=1), coach(target_from="baseline", high=5.0))
    assert (number_model.card(shown, "left").judgement, number_model.card(shown, "left").words) == (
        "unknown",
        "– not judged",
    )
    absolute = fed(run(40, 9.0, 3.0, camera_moves=1), coach(high=5.0))
    assert number_model.card(absolute, "left").judgement == "above"


def test_right_after_the_first_minute_a_baseline_target_waits_for_stances() -> None:
    shown = fed(run(6, 9.0, 3.0), coach(target_from="baseline", high=5.0))
    assert (number_model.card(shown, "left").judgement, number_model.card(shown, "left").words) == (
        "provisional",
        "3 of 7 stances",
    )


# -- why there are two kinds of certainty --------------------------------------------------------------------------


@pytest.mark.parametrize("language", texts.languages())
def test_the_guide_says_how_sure_a_number_and_its_change_are(language: str) -> None:
    words, said = number_model.certainty_words(model(language)), texts.load(language)[0]
    assert said.decimal("2.4°") in words and "2°" in words and said.decimal("0.9°") in words and "{" not in words


def test_the_usual_error_of_a_change_is_that_which_such_a_run_gets() -> None:
    """Stances about two means 2 deg apart, as much alike and scattered as usual ones are."""
    rng = np.random.default_rng(7)
    halves = []
    for _ in range(20):
        off = rng.normal(size=300) * 0.7
        for number in range(1, 300):
            off[number] = 0.3 * off[number - 1] + math.sqrt(1 - 0.3**2) * off[number]
        found = [
            stance("left", 0.75 * number, 7.0 - (2.0 if number >= 80 else 0.0) + off[number], drop_level_deg=0.4)
            for number in range(160)
        ]
        change = KNOWN.within_run().side(MAIN_METRIC, found[:80], found[-10:])
        assert change is not None and change.half is not None
        halves.append(change.half)
    usual = change_model.two_certainties(KNOWN, MAIN_METRIC, 10, 2.0)
    assert usual is not None
    assert usual[1] == pytest.approx(float(np.mean(halves)), rel=0.1)


@pytest.mark.parametrize(
    "used", [ModelUsed("network", "0" * 64), msgspec.structs.replace(KNOWN, within_run_share_sd={})]
)
def test_the_guide_says_nothing_of_what_is_not_known(used: ModelUsed) -> None:
    assert number_model.certainty_words(model(used=used)) == ""


def test_the_guide_says_nothing_of_an_angle_whose_scatter_was_never_measured() -> None:
    sds = {"knee_valgus_mid_deg": 1.0}
    used = ModelUsed("network", "0" * 64, sds, within_run_share_sd=sds, within_run_drift_sd=sds)
    assert change_model.two_certainties(used, "knee_valgus_mid_deg", 10, 2.0) is None
