"""The page of goals and the screen after a run in the real window: what is clicked, and that nothing is cut in any language and text size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runform_live import texts
from runform_live.messages import Person
from runform_live.session.info_file import read_info
from tests.running import wait_until
from tests.session.test_earlier import keep
from tests.window.conftest import Drive
from tests.window.driven import Driven

pytestmark = [pytest.mark.slow, pytest.mark.window]

GOALS = """
from runform_live import controls
asked = []
def ask(control):
    coach = window.model.coach
    match control:
        case controls.SetTargets(source=source, bands=bands):
            asked.append(["targets", source])
            window.model.coach = msgspec.structs.replace(coach, target_from=source, targets=bands)
        case controls.SetFeedback(feedback=feedback):
            asked.append(["feedback", *msgspec.structs.astuple(feedback)])
            window.model.coach = msgspec.structs.replace(coach, feedback=feedback)
        case controls.Train(metric=metric):
            asked.append(["train", metric])
nobody.ask = ask
window.pages.goals()
for _ in range(5):
    window(nobody)
tags = ("goal-baseline-cover", "goal-none-cover", "key-higher", "key-lower", "key-before", "key-after", "key-back", "mode-1", "tones", "beats-2")
tell("places", places(*tags))
while window(nobody):
    here = dpg.does_item_exist("goal-none")
    kinds = [kind for kind in ("baseline", "limit", "earlier", "none") if dpg.does_item_exist(f"goal-{kind}-mark")]
    chosen = [kind for kind in kinds if dpg.get_value(f"goal-{kind}-mark") == "✓"]
    tell("asked", [asked, here, chosen, dpg.get_value("goal-none-mark") if here else ""])
window.close()
"""


@pytest.fixture
def goals(drive: Drive) -> Driven:
    """The window on the page of goals."""
    made = drive(GOALS)
    made.told("places")
    return made


def test_a_click_on_a_card_chooses_it_and_it_is_marked(goals: Driven) -> None:
    where = goals.told("places")
    assert goals.told("asked")[2:] == [["limit"], "3"], "the other ones show their digit"
    goals.click(where["goal-none-cover"])
    assert wait_until(lambda: goals.told("asked")[2:] == [["none"], "✓"], 20), goals.told("asked")
    goals.click(where["goal-baseline-cover"])
    assert wait_until(lambda: goals.told("asked")[2:] == [["baseline"], "3"], 20), goals.told("asked")
    assert [one[:2] for one in goals.told("asked")[0]] == [["targets", "none"], ["targets", "baseline"]]


def test_every_choice_of_a_key_is_a_click_as_well(goals: Driven) -> None:
    where = goals.told("places")
    for count, (tag, wanted) in enumerate(
        (
            ("key-higher", ["targets", "chosen"]),
            ("key-lower", ["targets", "chosen"]),
            ("mode-1", ["feedback", "faded", False, None]),
            ("tones", ["feedback", "faded", True, None]),
            ("beats-2", ["feedback", "faded", True, 5.0]),
            ("key-after", ["train"]),
            ("key-before", ["train"]),
        ),
        1,
    ):
        goals.click(where[tag])
        assert wait_until(lambda count=count: len(goals.told("asked")[0]) == count, 20), (tag, goals.told("asked"))
        assert goals.told("asked")[0][-1][: len(wanted)] == wanted
    goals.click(where["key-back"])
    assert wait_until(lambda: not goals.told("asked")[1], 20), "back at the run"


FIT = """
from runform_live import texts
from runform_live.dashboard import surface, theme
said = texts.load(sys.argv[2])[0]
for _ in range(3):
    window(nobody)
wide = {}

def inside(where, tags, box=None):
    for tag in tags:
        parent = box or dpg.get_item_parent(tag)  # a panel in the window, whose place is that on the screen
        (x, y), (end_x, end_y) = dpg.get_item_rect_min(tag), dpg.get_item_rect_max(tag)
        (left, top), (width, height) = dpg.get_item_pos(parent), (dpg.get_item_width(parent), dpg.get_item_height(parent))
        right, bottom = left + width, top + height
        words = dpg.get_value(tag) or ""
        if words and not (left <= x and top <= y and end_x <= right + 1 and end_y <= bottom + 4):
            wide[f"{where} {tag}"] = [words, [x, y, end_x, end_y], [left, top, right, bottom]]

def labels(where, tags):
    for tag in tags:
        font = dpg.get_item_font(tag)
        label = dpg.get_item_label(tag)
        width = dpg.get_text_size(label, font=font)[0]
        if width > dpg.get_item_rect_size(tag)[0]:
            wide[f"{where} {tag}"] = [label, width, dpg.get_item_rect_size(tag)[0]]
"""

GOALS_FIT = (
    FIT
    + """
from runform_live.dashboard import number_model
from runform_live.dashboard.goals_model import GoalsModel
from runform_live.dashboard.goals_page import GoalsPage
from runform_live.dashboard.model import TRAINABLE
from runform_live.dashboard.feedback_model import MODES
from runform_live.messages import Feedback
from runform_live.session.earlier import EarlierRun
runs = [EarlierRun(f"2026-11-{day}T10:00:00+01:00", (12.5, 13.5)) for day in range(10, 15)]
told = 0
number_model.two_certainties = lambda model: (12.6, 11.1)
for large in (False, True):
    appearance = surface.appearance_for((1280, 720), large, False)
    for metric in TRAINABLE:
        for mode in MODES:
            for source, earlier, bands in (("baseline", runs, {}), ("chosen", runs[:1], {metric: Band(2.5, 12.5)}), ("none", [], {})):
                window.model.coach = CoachState(muted=False, sound="", targets=bands, target_from=source, trained=metric,
                                                feedback=Feedback(mode, True, 7.0))
                model = GoalsModel(settings.coach, metric, earlier, said, None)
                page = GoalsPage(window.model, appearance, lambda key: None, model, settings.coach, lambda change: None)
                surface.fill(appearance, page)
                page.show(0.0)
                for _ in range(2):
                    dpg.render_dearpygui_frame()
                where = f"{large} {metric} {mode} {source}"
                kinds = ["baseline", "limit", "none"] + (["earlier"] if earlier else [])
                inside(where, [f"goal-{kind}-{part}" for kind in kinds for part in ("mark", "title", "then", "number")])
                for kind in kinds:  # neither the number beside the words, nor the buttons below them, are covered
                    ends = dpg.get_item_rect_max(f"goal-{kind}-then")
                    if ends[0] > dpg.get_item_rect_min(f"goal-{kind}-number")[0] and dpg.get_value(f"goal-{kind}-number"):
                        wide[f"{where} {kind} number"] = [dpg.get_value(f"goal-{kind}-then"), ends]
                if len(earlier) > 1 and dpg.get_item_rect_max("goal-earlier-then")[1] > dpg.get_item_rect_min("goal-run-2")[1]:
                    wide[f"{where} runs"] = dpg.get_value("goal-earlier-then")
                inside(where, ["goals-title", "goals-trained", "feedback-what", "feedback-tones", "feedback-beats", "goals-mode",
                               "goals-tones", "goals-metronome", "status", "advice"])
                if dpg.get_item_rect_max("goals-norm")[1] > 630:
                    wide[f"{where} norm"] = dpg.get_item_rect_max("goals-norm")
                if dpg.get_item_rect_max("goals-trained")[0] > dpg.get_item_rect_min("key-after")[0]:
                    wide[f"{where} trained"] = dpg.get_value("goals-trained")
                if dpg.get_item_rect_max("feedback-what")[1] > dpg.get_item_rect_min("goals-tones")[1]:
                    wide[f"{where} what"] = dpg.get_value("feedback-what")
                labels(where, [f"mode-{row}" for row in range(len(MODES))] + [f"beats-{row}" for row in range(5)] + ["tones", "key-back", "key-higher"])
                labels(where, [f"goal-run-{line}" for line in range(2, 7)] if len(earlier) > 1 else [])
                told += 1
tell("wide", [told, wide])
window.close()
"""
)


@pytest.mark.parametrize("language", texts.languages())
def test_the_cards_of_the_goals_hold_whatever_they_say(drive: Drive, language: str) -> None:
    told, wide = drive(GOALS_FIT, language).told("wide", 120)
    assert wide == {}
    assert told == 2 * 4 * 5 * 3


SESSION = """
from tests.session.test_target_comparison import recorded, run, falls, told as coach
from runform_live.session.reader import read
from runform_live.session.writer import write_info
home = folder / "session"
home.mkdir()
recorded(home, run(150.0, falls(2.5)), coach(3.0)).finish("stopped")
session = read(home)
if CLIENT:
    write_info(home, msgspec.structs.replace(session.info, person_id="7f", pain_before=4))
    session = read(home)
"""

END = (
    SESSION
    + """
import webbrowser
from runform_live.dashboard.end_page import EndPage
opened = []
webbrowser.open = opened.append
for _ in range(3):
    window(nobody)
show = EndPage.show_end
def shown(page, left_s):
    show(page, left_s)
    if dpg.get_item_rect_max("key-report")[0] and not (folder / "places").exists():
        buttons = [f"pain-{score}" for score in (0, 7)] if dpg.does_item_exist("pain-0") else []
        tell("places", places("key-report", "key-end", *buttons))
    chosen = [score for score in range(11) if buttons_chosen(score)]
    tell("end", [opened, chosen, left_s is None, dpg.get_value("pain") if dpg.does_item_exist("pain") else ""])
def buttons_chosen(score):
    return dpg.does_item_exist(f"pain-{score}") and dpg.get_item_theme(f"pain-{score}") == "theme-button-chosen"
EndPage.show_end = shown
if BROKEN:
    (home / "session.json").unlink()
window.end(session, home / "report.html", 60.0)
tell("over", True)
window.close()
"""
)


def ended(drive: Drive, client: bool, broken: bool = False) -> Driven:
    """The screen after a run."""
    made = drive(END.replace("CLIENT", str(client)).replace("BROKEN", str(broken)))
    made.told("places")
    return made


def test_the_report_and_the_end_are_large_buttons(drive: Drive) -> None:
    driven = ended(drive, client=False)
    where = driven.told("places")
    assert not driven.told("end")[2], "it would close by itself"
    driven.click(where["key-report"])
    assert wait_until(lambda: len(driven.told("end")[0]) == 1, 20)
    assert driven.told("end")[0][0].endswith("report.html")
    assert driven.told("end")[2:] == [True, ""], "somebody is there, so it stays; nobody is asked for pain"
    driven.click(where["key-end"])
    assert driven.told("over", 20)
    assert driven.process.wait(timeout=20) == 0


def test_a_click_keeps_the_pain_of_a_client_and_another_one_corrects_it(drive: Drive) -> None:
    driven = ended(drive, client=True)
    where = driven.told("places")
    home = driven.folder / "session"
    assert driven.told("end") == [[], [], False, texts.load("en")[0]("end.pain_before", before=4)]
    assert read_info(home).pain_after is None, "unknown until it is said"
    for score in (7, 0):
        driven.click(where[f"pain-{score}"])
        assert wait_until(lambda score=score: driven.told("end")[1] == [score], 20), driven.told("end")
        assert read_info(home).pain_after == score
    assert driven.told("end")[2], "it stays"
    driven.xdotool("key", "Escape")
    assert driven.process.wait(timeout=20) == 0


def test_pain_that_cannot_be_kept_is_not_marked_and_the_screen_says_why(drive: Drive) -> None:
    driven = ended(drive, client=True, broken=True)
    driven.click(driven.told("places")["pain-7"])
    assert wait_until(lambda: "session.json" in driven.told("end")[3], 20), driven.told("end")
    assert driven.told("end")[1] == []
    driven.xdotool("key", "Escape")
    assert driven.process.wait(timeout=20) == 0


END_FIT = (
    SESSION.replace("CLIENT", "False")
    + FIT
    + """
from runform_live.dashboard.end_model import EndCard, EndWords
from runform_live.report.next_step import SPOILS
from runform_live.dashboard.end_page import EndPage
from runform_live.dashboard.end_picture import EndPicture
unsure = said.unsure_of_sides()
half = said("end.change_half_unsure", half="± 10.5°")
both = unsure("end.both", left=said("end.change_less", by="12.5°", half=half), right=said("end.change_more", by="12.5°", half=half))
trend = said("end.trend_more", by="0.55°", half="± 0.55°")
last = said("end.change_last_third", both=both)
blocks = "\\n".join([said("end.change_feedback", both=both), said("end.change_no_feedback", both=both),
                      said("end.trend", both=unsure("end.both", left=trend, right=trend))])
title, leg = max((said(key) for key in said.table if key.startswith("exercise.") and key.endswith(".title")), key=len), said("leg.right")
steps = [said(f"flag.{flag}") for flag in SPOILS] + [said("end.exercise_both", title=title), said("end.exercise", title=title, leg=leg)]
steps += [said(f"end.{key}") for key in ("try_again", "no_target", "target_of_run", "target_of_walk", "all_inside", "first_minute_not_judged")]
steps += [said("end.cue", cue=said(f"cue.{cue}", leg=leg)) for cue in ("belt_level", "hips_move", "gap_knees", "kneecaps_ahead", "run_tall")]
steps += [said("end.programme_next", number=10, next=11, count=12, days=14), said("end.programme_left", number=10, minutes=120),
          said("end.programme_over", number=12)]
changes = [(last, blocks), (last, said("end.change_away")), (said("end.too_short"), ""), (said("end.change_withheld_view"), "")]
measured = said("end.stances", count=12345, minutes=59, seconds=59, cadence="170 /min") + ", " + said("status.not_calibrated")
verdicts = ["≈ " + said("end.above", by="10.5°"), "▼ " + said("end.below", by="10.5°"), said("live.inside"), said("end.change_unmeasured"),
            said("live.few", count=6, needed=7)]
captions = [said("end.lines_only", words=unsure("end.picture_right", value="12.5°")), said("end.picture_left", value="12.5°"), said("end.no_picture"), ""]
name = max((said(key) for key in said.table if key.startswith("quantity.")), key=len)
told = 0
for large in (False, True):
    appearance = surface.appearance_for((1280, 720), large, False)
    for asked in (None, said("end.pain_before", before=10)):
        for number, step in enumerate(steps):
            verdict, caption = verdicts[number % len(verdicts)], captions[number % len(captions)]
            changed, more = changes[number % len(changes)]
            interval = said("live.no_interval") if number % 2 else "± 10.5°"
            card = {side: EndCard(title, "-12.5°", interval, verdict, True)
                    for side, title in (("left", "◀ " + unsure("live.left")), ("right", unsure("live.right") + " ▶"))}
            words = EndWords(said("end.title"), measured, name, card, changed, more, step, asked)
            has = None if caption in ("", said("end.no_picture")) else 1
            page = EndPage(window.model, appearance, lambda key: None, words, EndPicture(has, caption), lambda score: None)
            surface.fill(appearance, page)
            page.show_pain(7)
            page.show_end(30.0)
            for _ in range(2):
                dpg.render_dearpygui_frame()
            where = f"{large} {asked is not None} {number}"
            sides = [f"{side}-{part}" for side in ("left", "right") for part in ("title", "name", "value", "interval", "words")]
            inside(where, ["title", "measured", "end-caption", "end-next", "end-next-head", "end-changed-head", *sides])
            inside(where, ["end-changed", "end-more"], dpg.get_item_parent("end-changed-head"))
            if dpg.get_item_rect_max("left-interval")[1] - 6 > dpg.get_item_rect_min("left-words")[1]:
                wide[f"{where} words"] = [dpg.get_item_rect_max("left-interval"), dpg.get_item_rect_min("left-words")]
            if has and dpg.get_item_rect_max("end-picture")[1] > dpg.get_item_rect_min("end-caption")[1]:
                wide[f"{where} picture"] = caption
            if asked:
                inside(where, ["pain"])
                if dpg.get_item_rect_max("pain")[0] > dpg.get_item_rect_min("pain-0")[0]:
                    wide[f"{where} pain"] = dpg.get_value("pain")
            labels(where, ["key-report", "key-review", "key-end"])
            if dpg.get_item_rect_max("closes")[0] > 1272 or dpg.get_item_rect_max("key-end")[1] > 713:
                wide[f"{where} foot"] = dpg.get_item_rect_max("closes")
            told += 1
tell("wide", [told, wide])
window.close()
"""
)


@pytest.mark.parametrize("language", texts.languages())
def test_the_screen_after_a_run_holds_whatever_it_says(drive: Drive, language: str) -> None:
    told, wide = drive(END_FIT, language).told("wide", 120)
    assert wide == {}
    assert told >= 2 * 2 * 20


EARLIER = """
import json, sys
from pathlib import Path
import dearpygui.dearpygui as dpg
from runform_live import config
from runform_live.dashboard.window import Window
from runform_live.messages import Band, CoachState, Person
window = Window(config.load(), False, earlier_in=Path(sys.argv[1]), person=Person(sys.argv[2], "x") if sys.argv[2] else None)
window.model.take(CoachState(muted=False, sound="", targets={"pelvic_drop_mid_deg": Band(high=6.0)}), 0.0)
window.pages.goals()
window.redraw()
print(json.dumps([dpg.does_item_exist("goal-earlier-cover"), sum(dpg.does_item_exist(f"goal-run-{line}") for line in range(9))]))
window.close()
"""


@pytest.mark.parametrize(
    ("person_id", "offered"), [("1", [True, 2]), ("2", [True, 0]), ("3", [False, 0]), ("", [True, 3])]
)
def test_only_earlier_runs_of_who_runs_are_offered(
    screen: str, tmp_path: Path, person_id: str, offered: list[object]
) -> None:
    """One of several can be chosen; a single one is the card itself."""
    for number, owner in enumerate(("1", "2", "1", "", "", "")):
        keep(tmp_path / str(number), 8.0 - number, 5.0, person=Person(owner, f"P{owner}") if owner else None)
    done = subprocess.run(
        [sys.executable, "-c", EARLIER, str(tmp_path), person_id],
        env={**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == offered, done.stderr


BLOCKS = """
import time
from runform_live.messages import AtBlock, CoachState
def shown_in(kind, feedback):
    block = AtBlock(kind, feedback, 2, 3, 60.0, 100.0, 200.0)
    window.model.take(CoachState(muted=False, sound="", gives_feedback=feedback, block=block), time.monotonic())
    for _ in range(3):
        window(nobody)
    return dpg.does_item_exist("plot")
window.pages.next_layer()
tell("figures", [shown_in("training", True), shown_in("retention", False), shown_in("training", True)])
window.close()
"""


def test_the_page_of_figures_waits_until_a_block_without_feedback_is_over(drive: Drive) -> None:
    assert drive(BLOCKS).told("figures") == [True, False, True]
