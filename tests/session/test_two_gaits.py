"""A session in which somebody walked and ran: nothing of the one gait is in a figure of the other."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from runform_live import config
from runform_live.cli.within_run import told_of_parts
from runform_live.errors import BadInput
from runform_live.gait.by_gait import main_gait, of_gait
from runform_live.gait.run_phase import ran_s
from runform_live.gait.uncertainty.change import ChangeErrors, ChangeModel
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import Gait, Side, Stance
from runform_live.session import schema
from runform_live.session.figures import Summary
from runform_live.session.gait_part import main_part
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from runform_live.session.run_parts import reference
from runform_live.session.summary import summarise
from runform_live.session.summary_check import fits
from runform_live.session.summary_file import read_summary, write_summary
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"
MODEL = ChangeModel(ChangeErrors({DROP: 1.0}, {DROP: 0.1}, {DROP: 0.1}, {DROP: 0.1}))
RUN_STEP_S, WALK_STEP_S = 0.36, 0.55


def running(from_s: float, until_s: float, drop: float = 5.0) -> list[Stance]:
    return _steps(from_s, until_s, RUN_STEP_S, drop, "run")


def walking(from_s: float, until_s: float, drop: float = 2.0) -> list[Stance]:
    """Each stance takes 60% of the stride, so that both feet are down for 0.11 s after each contact."""
    return _steps(from_s, until_s, WALK_STEP_S, drop, "walk")


def _steps(from_s: float, until_s: float, step_s: float, drop: float, gait: Gait) -> list[Stance]:
    found = []
    for k in range(int((until_s - from_s) / step_s)):
        side: Side = "left" if k % 2 == 0 else "right"
        middle_s = from_s + step_s * (k + 0.5)
        times = {"initial_contact_s": middle_s - 0.33, "toe_off_s": middle_s + 0.33, "contact_time_s": 0.66}
        more = times | {"gait": "walk", "double_support_s": 0.11} if gait == "walk" else {}
        found.append(stance(side, middle_s, drop + (0.5 if side == "left" else -0.5), **more))
    return found


def summarised(stances: list[Stance], flags: tuple[str, ...] = ()) -> Summary:
    return summarise(stances, InstrumentErrors({DROP: 0.5}, walking_sd={DROP: 0.5}), True, "posterior", flags, MODEL)


BOTH = [*walking(0.0, 60.0), *running(62.0, 362.0), *walking(365.0, 425.0)]


def test_the_main_gait_is_running_unless_that_gives_no_mean_and_walking_is_more() -> None:
    assert main_gait(BOTH) == "run"
    assert main_gait(walking(0.0, 10.0)) == "walk"
    assert main_gait([]) == "run"
    a_few, enough = running(11.0, 11.0 + 12.5 * RUN_STEP_S), running(11.0, 11.0 + 14.5 * RUN_STEP_S)
    assert main_gait([*walking(0.0, 10.0), *a_few]) == "walk"
    assert main_gait([*walking(0.0, 10.0), *enough]) == "run"
    assert main_gait([*walking(0.0, 5.0), *a_few]) == "run"


def test_a_few_steps_of_running_make_no_run_of_a_walk(tmp_path: Path) -> None:
    rows = [*walking(0.0, 60.0), *running(61.0, 63.0), *walking(65.0, 90.0)]
    found, alone = summarised(rows, ("walking",)), summarised(of_gait(rows, "walk"), ("walking",))
    assert found == alone and found.gait == "walk" and found.walking is None
    folder = kept(tmp_path / "a", rows)
    session = read(folder)
    assert [one.gait for one in session.stances] == [one.gait for one in rows], "the file keeps them"
    assert session.summary.gait == "walk" and fits(session.summary, session.stances)
    assert {one.gait for one in main_part(session).stances} == {"walk"}


def test_the_figures_of_a_run_are_the_same_with_and_without_walking_around_it() -> None:
    both, alone = summarised(BOTH), summarised(of_gait(BOTH, "run"))
    assert msgspec.structs.replace(both, walking=None) == alone
    assert alone.walking is None
    assert "walking" not in both.flags


def test_the_walking_part_of_a_run_has_the_same_figures_as_a_session_of_walking() -> None:
    found, alone = summarised(BOTH).walking, summarised(of_gait(BOTH, "walk"), ("walking",))
    assert found == alone
    assert found is not None and found.flags == ["walking"]
    assert found.sides["left"][DROP].mean == 2.5
    assert found.sides["left"]["double_support_s"].mean == 0.11
    assert found.cadence_spm == pytest.approx(60 / WALK_STEP_S, abs=0.1)


def test_running_has_no_double_support() -> None:
    assert summarised(BOTH).sides["left"]["double_support_s"].mean is None


def test_a_session_of_walking_has_its_own_changes_and_trends() -> None:
    rows = [*walking(0.0, 200.0), *walking(200.0, 400.0, 4.0)]
    found = summarised(rows)
    assert found.walking is None
    assert found.changes[0].sides["left"][DROP].change == pytest.approx(2.0)
    assert found.trends["left"][DROP].per_minute is not None


def test_changes_within_a_run_are_of_running_alone() -> None:
    rows = [*walking(0.0, 60.0, 9.0), *running(62.0, 242.0), *walking(245.0, 305.0, 9.0)]
    found = summarised(rows)
    (ends,) = (one for one in found.changes if one.now.name == "last")
    assert ends.sides["left"][DROP].change == pytest.approx(0.0)
    assert ends.before.spans_s[0][0] > 61.0
    assert ends.now.spans_s[0][1] < 243.0
    assert found.walking is not None and [one.now.name for one in found.walking.changes] == ["last"]


def marked(folder: Path, stances: list[Stance], *parts: tuple[float, float]) -> list[str]:
    return told_of_parts(read(kept(folder, stances)), *parts).splitlines()


def test_two_parts_are_compared_in_the_gait_of_which_both_have_enough_stances(tmp_path: Path) -> None:
    """Two running stances at the end of the first part are no reason to compare these parts by running."""
    lines = marked(tmp_path / "a", BOTH, (0.0, 62.8), (360.0, 420.0))
    assert "Walking is compared" in lines and any(line.startswith("Double support") for line in lines)
    lines = marked(tmp_path / "b", BOTH, (30.0, 120.0), (250.0, 420.0))
    assert "Running is compared" in lines and not any(line.startswith("Double support") for line in lines)
    lines = marked(tmp_path / "c", running(0.0, 200.0), (0.0, 60.0), (100.0, 160.0))
    assert not any("is compared" in line for line in lines), "somebody only ran"
    with pytest.raises(BadInput, match="ran in one of the parts and walked in the other"):
        marked(tmp_path / "d", BOTH, (0.0, 50.0), (100.0, 200.0))


def test_seconds_run_and_seconds_walked_are_counted_apart() -> None:
    assert ran_s(BOTH) == pytest.approx(300.0, abs=1.0)
    assert ran_s(BOTH, "walk") == pytest.approx(120.0, abs=1.5)


def test_stances_that_overlap_are_counted_once_in_the_seconds_walked() -> None:
    rows = walking(10.0, 70.0)
    assert ran_s(rows, "walk") == pytest.approx(rows[-1].toe_off_s - rows[0].initial_contact_s)


# -- the folder ---------------------------------------------------------------------------------------------------


def kept(folder: Path, rows: list[Stance]) -> Path:
    folder.mkdir()
    with SessionRecord(folder, "0", config.load(), "live") as record:
        for one in rows:
            record.stance(one)
        record.finish("stopped")
    return folder


def test_a_folder_keeps_both_gaits_and_gives_them_back(tmp_path: Path) -> None:
    session = read(kept(tmp_path / "s", BOTH))
    assert [one.gait for one in session.stances] == [one.gait for one in BOTH]
    assert "summary_made_anew" not in session.summary.flags
    assert session.summary.walking is not None
    assert session.summary.walking.sides["right"][DROP].mean == 1.5
    assert read_summary(session.folder) == session.summary


def test_a_session_of_walking_has_the_flag_and_one_of_both_has_it_only_for_its_walking(tmp_path: Path) -> None:
    assert "walking" in read(kept(tmp_path / "walk", walking(0.0, 30.0))).summary.flags
    assert "walking" not in read(kept(tmp_path / "both", BOTH)).summary.flags
    assert "walking" not in read(kept(tmp_path / "none", [])).summary.flags


def test_a_summary_that_lacks_its_walking_part_is_made_anew(tmp_path: Path) -> None:
    folder = kept(tmp_path / "s", BOTH)
    write_summary(folder, msgspec.structs.replace(read(folder).summary, walking=None))
    found = read(folder).summary
    assert found.walking is not None
    assert "summary_made_anew" in found.flags


def test_a_walking_part_within_a_walking_part_is_refused(tmp_path: Path) -> None:
    folder = kept(tmp_path / "s", BOTH)
    one = read(folder).summary
    deep = msgspec.structs.replace(one, walking=msgspec.structs.replace(one, walking=one))
    write_summary(folder, deep)
    with pytest.raises(BadInput, match="walking within walking"):
        read(folder)


def test_a_folder_of_before_walking_was_measured_is_read_as_running(tmp_path: Path) -> None:
    folder = kept(tmp_path / "s", running(0.0, 30.0))
    before = read(folder)
    lines = [line.split(",") for line in (folder / schema.STANCES).read_text().splitlines()]
    gone = {lines[0].index(name) for name in ("gait", "double_support_s", "contact_sigma_s")}
    older = [",".join(cell for place, cell in enumerate(cells) if place not in gone) for cells in lines]
    (folder / schema.STANCES).write_text("\n".join(older) + "\n")
    summary = msgspec.json.decode((folder / schema.SUMMARY).read_bytes())
    summary.pop("walking")
    for side in ("left", "right"):
        summary["sides"][side].pop("double_support_s")
    (folder / schema.SUMMARY).write_bytes(msgspec.json.encode(summary))
    found = read(folder)
    assert found.summary == before.summary
    assert {one.gait for one in found.stances} == {"run"}


def test_the_coachs_first_minute_counts_for_the_gait_that_it_is_of() -> None:
    """It was one of walking, in a session in which somebody also ran."""
    rows = [*walking(0.0, 130.0), *running(132.0, 332.0)]
    span_s = (rows[20].initial_contact_s, rows[128].toe_off_s)
    found = summarise(rows, InstrumentErrors({DROP: 0.5}), True, "posterior", (), MODEL, (), span_s)
    assert found.walking is not None
    assert found.walking.changes[0].before.spans_s[0][0] == pytest.approx(span_s[0])
    assert found.changes[0].before.spans_s[0][0] == pytest.approx(rows[len(walking(0.0, 130.0))].initial_contact_s)
    assert {one.gait for one in reference(rows, span_s)} == {"walk"}
    assert {one.gait for one in reference(rows, (rows[-200].initial_contact_s, rows[-30].toe_off_s))} == {"run"}
