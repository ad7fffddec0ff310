"""Which verdict the figures of a session lead to, rung by rung; and what each flag takes away."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from runform_live.errors import BadInput
from runform_live.messages import VIEW_UNSURE
from runform_live.report import exercises, findings, rules
from runform_live.report.findings import Findings
from runform_live.session.reader import Session
from tests.report.makers import ADDUCTION, DROP, two_sided

LIMIT = {DROP: (None, 6.0)}


def of(left: float = 8.0, right: float = 2.0, *rest: object, **changes: object) -> Findings:
    return findings.of(two_sided(left, right, *rest, **changes))  # type: ignore[arg-type]


# -- the ladder ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "right", "side"), [(8.0, 2.0, "left"), (2.0, 8.0, "right")])
def test_the_side_that_surely_drops_further_is_named(left: float, right: float, side: str) -> None:
    found = of(left, right)
    assert (found.verdict, found.side, found.basis, found.metrics) == ("one_side", side, "difference", (DROP,))


def test_the_minimal_detectable_difference_decides_and_is_half_of_the_interval() -> None:
    just_below, just_above = of(4.7, 2.0), of(4.9, 2.0)  # half: 1.96 sqrt(2) = 2.77
    assert just_above.asked.detectable_deg == pytest.approx(2.772, abs=0.001)
    assert just_below.verdict != "one_side" and just_above.verdict == "one_side"


def test_hip_adduction_that_surely_differs_towards_the_same_side_is_part_of_the_finding() -> None:
    assert of(8.0, 2.0, (16.0, 9.0)).metrics == (DROP, ADDUCTION)


def test_hip_adduction_that_points_to_the_other_side_makes_it_unsure() -> None:
    found = of(8.0, 2.0, (9.0, 16.0))
    assert (found.verdict, found.reasons) == ("unsure", ("disagree",))


def test_hip_adduction_decides_where_the_run_was_about_it() -> None:
    found = of(3.0, 3.0, (16.0, 9.0), trained_metric=ADDUCTION)
    assert (found.verdict, found.side, found.metrics) == ("one_side", "left", (ADDUCTION,))


def test_a_difference_of_an_angle_that_was_not_asked_first_names_no_side_and_is_not_called_level() -> None:
    found = of(1.0, 1.0, (16.0, 9.0))
    assert (found.verdict, found.side, found.reasons) == ("unsure", None, ("disagree",))


def test_knee_valgus_never_decides() -> None:
    assert of(1.0, 1.0, trained_metric="knee_valgus_mid_deg").asked.metric == DROP


def test_sides_that_differ_without_a_sure_drop_lead_to_no_side() -> None:
    found = of(1.5, -3.0)
    assert (found.verdict, found.reasons) == ("unsure", ("no_drop",))


def test_a_level_runner_is_level_and_gets_no_exercise() -> None:
    found = of(1.0, 0.5)
    assert (found.verdict, found.side, found.basis) == ("level", None, "alike")
    assert exercises.shipped().plan(found) == []


def test_what_could_hide_a_large_difference_is_not_called_level() -> None:
    found = of(1.0, 0.5, sd_deg=2.0)  # half: 5.5, so that up to 6.0 is possible: more than twice 2.8
    assert (found.verdict, found.reasons) == ("unsure", ("wide",))


def test_a_difference_that_raters_could_see_is_neither_sure_nor_level() -> None:
    assert of(3.9, 1.0, sd_deg=1.2).verdict == "unsure"  # 2.9, half 3.3


# -- both sides ---------------------------------------------------------------------------------------------------


def test_a_drop_that_is_alike_is_no_pattern_however_large_without_a_limit() -> None:
    assert of(6.9, 6.9).verdict == of(12.0, 12.0).verdict == "level"


def test_hip_adduction_surely_above_two_sds_of_the_norm_shows_it_on_both() -> None:
    found = of(1.0, 1.0, (20.5, 20.5))  # peaks of 21.5, low end 19.5
    assert (found.verdict, found.side, found.basis, found.metrics) == ("both_sides", None, "rule", (ADDUCTION,))
    assert of(1.0, 1.0, (19.5, 19.5)).verdict == "level"  # low end 18.5


def test_a_rule_of_runners_is_not_held_against_walking() -> None:
    found = of(8.0, 8.0, (20.5, 20.5), flags=("walking",))
    assert (found.gait, found.verdict) == ("walk", "level")
    assert of(8.0, 2.0, flags=("walking",)).side == "left", "a difference needs no norm"


# -- limits that a person has set ---------------------------------------------------------------------------------


def test_one_side_alone_surely_above_its_limit_is_named() -> None:
    found = of(8.2, 7.0, targets=LIMIT, target_from="settings")
    assert (found.verdict, found.side, found.basis) == ("one_side", "left", "limit")


def test_both_sides_surely_above_their_limit_are_both() -> None:
    found = of(9.0, 8.5, targets=LIMIT, target_from="settings", target_gait="walk", flags=("walking",))
    assert (found.verdict, found.basis) == ("both_sides", "limit")


def test_a_mean_above_a_limit_that_is_not_sure_changes_nothing() -> None:
    assert of(7.9, 7.4, targets=LIMIT, target_from="settings").verdict == "level"
    assert of(4.5, 4.0, targets={DROP: (None, 3.0)}, target_from="settings").verdict == "level"


def test_the_goal_of_the_first_minute_is_no_limit() -> None:
    """It asks for a change, and does not say that anything is weak."""
    assert of(4.5, 4.0, targets={DROP: (None, 1.0)}, target_from="baseline", reference_s=(1.0, 6.0)).verdict == "level"


# -- flags --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"flags": ("wrong_view",)}, "unknown", "wrong_view"),
        ({"view": "side"}, "unknown", "wrong_view"),
        ({"calibrated": False}, "unknown", "not_calibrated"),
        ({"flags": ("pelvis_hidden",)}, "unknown", "hidden"),
        ({"sd_deg": None}, "unknown", "no_interval"),
        ({"count": 0}, "unknown", "no_stances"),
        ({"count": 1}, "unknown", "few"),
        ({"count": 12}, "unsure", "few"),
        ({"count": 2}, "unsure", "few"),
        ({"flags": ("camera_moved",)}, "unsure", "camera_moved"),
        ({"flags": (VIEW_UNSURE,)}, "unsure", "sides"),
        ({"view": "unknown"}, "unsure", "sides"),
    ],
)
def test_each_flag_takes_the_side_away(changes: dict[str, object], verdict: str, reason: str) -> None:
    found = of(**changes)  # type: ignore[arg-type]
    assert (found.verdict, found.side) == (verdict, None)
    assert reason in found.reasons
    assert exercises.shipped().plan(found) == []


@pytest.mark.parametrize(("left", "right"), [(8.0, 2.0), (1.0, 1.0), (8.0, 8.0)])
def test_without_a_standing_calibration_nobody_is_level_or_one_sided(left: float, right: float) -> None:
    """The strides' mean takes a true difference away, so equal figures tell nothing."""
    assert of(left, right, calibrated=False).verdict == "unknown"


def test_what_needs_no_side_holds_where_left_and_right_may_be_exchanged() -> None:
    assert of(8.0, 8.0, (20.5, 20.5), flags=(VIEW_UNSURE,)).verdict == "both_sides"
    assert of(1.0, 1.0, flags=(VIEW_UNSURE,)).verdict == "level"
    assert of(8.2, 7.0, targets=LIMIT, target_from="settings", flags=(VIEW_UNSURE,)).reasons == ("sides",)


@pytest.mark.parametrize("flag", ["pelvis_unclear", "low_light", "low_frame_rate", "slow_motion", "interrupted"])
def test_what_only_widens_intervals_or_touches_no_angle_leaves_the_finding(flag: str) -> None:
    assert of(flags=(flag,)).side == "left"


def test_markers_are_told() -> None:
    made = two_sided()
    model = msgspec.structs.replace(made.info.model, pelvis_line="psis_markers")
    marked = Session(made.folder, msgspec.structs.replace(made.info, model=model), made.stances, [], made.summary)
    assert findings.of(marked).markers and not findings.of(made).markers


# -- what holds for every session ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_a_side_is_named_only_where_its_figures_alone_say_so(seed: int) -> None:
    """A plain twin of the rule, on random sessions with random flags."""
    rng = np.random.default_rng(seed)
    flags = tuple(flag for flag in ("wrong_view", VIEW_UNSURE, "camera_moved", "walking", "pelvis_hidden") if rng.random() < 0.1)  # fmt: skip
    made = two_sided(
        *rng.uniform(-4.0, 12.0, 2),
        tuple(rng.uniform(4.0, 22.0, 2)),
        sd_deg=rng.choice([0.4, 1.0, 2.0]),
        count=int(rng.choice([10, 14, 30])),
        calibrated=rng.random() < 0.85,
        flags=flags,
    )
    found = findings.of(made)
    assert (found.side is not None) == (found.verdict == "one_side")
    assert bool(found.reasons) == (found.verdict in ("unsure", "unknown"))
    if found.verdict == "one_side":
        low, high = made.summary.symmetry[DROP].ci95_low, made.summary.symmetry[DROP].ci95_high
        assert low is not None and high is not None
        assert (low > 0) if found.side == "left" else (high < 0)
        assert made.summary.calibrated and min(made.summary.sides[side][DROP].n for side in ("left", "right")) >= 7
        assert not {"wrong_view", VIEW_UNSURE, "camera_moved", "pelvis_hidden"} & set(made.summary.flags)


@pytest.mark.parametrize("seed", range(20))
def test_exchanged_legs_exchange_the_side_and_nothing_else(seed: int) -> None:
    rng = np.random.default_rng(seed)
    drops, inwards = rng.uniform(-4.0, 12.0, 2), rng.uniform(4.0, 22.0, 2)
    one, other = of(*drops, tuple(inwards)), of(*drops[::-1], tuple(inwards[::-1]))
    assert (one.verdict, one.metrics, one.reasons) == (other.verdict, other.metrics, other.reasons)
    assert {one.side, other.side} in ({None}, {"left", "right"})


# -- the files ----------------------------------------------------------------------------------------------------


def test_every_rule_has_its_source() -> None:
    known = rules.shipped()
    found = known.findings
    each = [*found.alike, *found.both, *known.norms, *known.muscles, *known.cues, *exercises.shipped().exercise]
    assert all(one.source.strip() for one in each) and found.source and found.strength_alone


def test_a_rule_for_each_angle_that_can_decide() -> None:
    known = rules.shipped()
    for metric in known.findings.metrics:
        assert known.findings.alike_of(metric) is not None
        assert any(metric in one.metrics for one in known.muscles if one.told == "suggested")
        for gait in ("run", "walk"):
            assert any(metric in one.metrics and gait in one.gaits for one in known.cues)
        assert len([one for one in exercises.shipped().exercise if metric in one.metrics]) >= exercises.FIRST


def copied(folder: Path, name: str, old: str, new: str) -> Path:
    """The shipped rules with one change in one file."""
    shipped = Path(exercises.__file__).parents[2] / "configs" / rules.FOLDER
    for path in shipped.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        if path.stem == name:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("norms", "mean_deg = 13.0", 'mean_deg = "13"', "mean_deg in .* must be a number"),
        ("norms", 'metric = "knee_valgus_mid_deg"', 'metric = "knee"', "no metric 'knee'"),
        ("muscles", 'told = "not_seen"', 'told = "weak"', '"not_seen" or "suggested"'),
        ("muscles", 'source = "Distefano', 'sauce = "Distefano', "unknown key `sauce`"),
        ("cues", 'gaits = ["run", "walk"]', 'gaits = ["swim"]', '"run" or "walk"'),
        ("findings", "detectable_deg = 2.8", "detectable_deg = -1", "between 0 and 90"),
        ("findings", 'finding = "hip_adduction_mid_deg"', 'finding = "knee_valgus_mid_deg"', "finding in .* must be"),
        ("findings", "above_deg = 19.0", "", "above_deg .* is missing"),
    ],
)
def test_a_damaged_rule_is_said_in_one_line(tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as trouble:
        rules.read(copied(tmp_path, name, old, new))
    assert f"{name}.toml" in str(trouble.value) and "\n" not in str(trouble.value)


def test_a_missing_file_of_rules_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="findings.toml cannot be read"):
        rules.read(tmp_path)


def test_rules_of_an_own_file_are_followed(tmp_path: Path) -> None:
    own = rules.read(copied(tmp_path, "findings", "above_deg = 19.0", "above_deg = 29.0"))
    assert findings.of(two_sided(8.0, 8.0, (20.5, 20.5)), own.findings).verdict == "level"


# -- how often chance alone decides -------------------------------------------------------------------------------


def of_drawn_runners(count: int, *, drop: float, apart: float = 0.0) -> list[Findings]:
    """Runners whose sides differ by `apart`, measured with an instrument whose error is 1.3 deg a side."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(count):
        left, right = drop + apart / 2 + 1.3 * rng.normal(), drop - apart / 2 + 1.3 * rng.normal()
        found.append(of(left, right, sd_deg=1.3, count=16))
    return found


def test_chance_alone_names_a_side_in_about_one_of_twenty_level_runners_or_less() -> None:
    found = of_drawn_runners(250, drop=4.0)
    assert sum(one.side is not None for one in found) <= 0.08 * len(found)


def test_a_difference_of_twice_the_detectable_one_is_found_on_its_side_only() -> None:
    found = of_drawn_runners(100, drop=5.0, apart=7.2)
    assert sum(one.side == "left" for one in found) >= 90 and not any(one.side == "right" for one in found)
