"""What keys, clicks and the window itself ask for is done in the thread that draws; and nothing is left behind by a window that changes."""

from __future__ import annotations

import pytest

from runform_live import texts
from tests.running import wait_until
from tests.window.conftest import Drive
from tests.window.driven import Driven

pytestmark = [pytest.mark.slow, pytest.mark.window]

KEYS = """
for _ in range(5):
    window(nobody)
tell("keys", places("key-pause", "key-goals"))
while window(nobody):
    if dpg.does_item_exist("goal-none-cover") and dpg.get_item_rect_max("goal-none-cover")[0] and not (folder / "goals").exists():
        tell("goals", places("goal-none-cover"))
    tell("asked", nobody.asked)
tell("end", [sorted(threads), nobody.asked])
window.close()
"""


@pytest.fixture
def driven(drive: Drive) -> Driven:
    """The live screen, on which keys can be pressed and clicked."""
    made = drive(KEYS)
    made.told("keys")
    return made


def test_keys_that_come_quickly_all_count_in_their_order_in_the_thread_that_draws(driven: Driven) -> None:
    """Some of them mean what they mean only after the one before: G opens the page on which the arrows move the limit."""
    driven.xdotool(
        "key",
        "--delay",
        1,
        *["p", "m", "p", "m", "r", "minus", "r", "g", "Up", "Down", "b", "n", "k", "Escape", "p", "c"],
    )
    wanted = [
        "SetPaused True", "SetMuted True", "SetPaused False", "SetMuted False", "SetRecording True", "SetVolume",
        "SetRecording False", "SetTargets", "SetTargets", "SetFeedback", "SetFeedback", "SetFeedback", "SetPaused True", "Calibrate",
    ]  # fmt: skip
    assert wait_until(lambda: len(driven.told("asked")) >= len(wanted), 30), driven.told("asked")
    driven.xdotool("key", "Escape")
    assert driven.told("end") == [[True], wanted]


def test_clicks_are_done_in_the_thread_that_draws(driven: Driven) -> None:
    where = driven.told("keys")
    driven.click(where["key-pause"])
    assert wait_until(lambda: driven.told("asked") == ["SetPaused True"], 20)
    driven.click(where["key-goals"])
    driven.click(driven.told("goals")["goal-none-cover"])
    assert wait_until(lambda: driven.told("asked") == ["SetPaused True", "SetTargets"], 20)
    driven.xdotool("key", "--delay", 100, "g", "Escape")
    assert driven.told("end") == [[True], ["SetPaused True", "SetTargets"]]


CHOICE = """
import numpy as np
from runform_live.capture.previews import THUMBNAIL_PX, Preview
from runform_live.dashboard.choose_page import ChoosePage

class Cameras:
    def newest(self):
        if dpg.does_item_exist("choose-image-1") and dpg.get_item_rect_max("choose-image-1")[0]:
            tell("image", places("choose-image-1", "choose-mirrored"))
        return [Preview(number, np.zeros((THUMBNAIL_PX[1], THUMBNAIL_PX[0], 3), np.uint8)) for number in (3, 7)]
    def look_again(self):
        pass

take = ChoosePage.take
def taken(page, slot):
    threads.add(threading.current_thread() is threading.main_thread())
    take(page, slot)
ChoosePage.take = taken
tell("chosen", [window.choose(Cameras()), sorted(threads), window.mirrored])
window.close()
"""


def test_a_click_on_a_thumbnail_chooses_its_camera(drive: Drive) -> None:
    driven = drive(CHOICE)
    driven.click(driven.told("image")["choose-image-1"])
    assert driven.told("chosen", 20) == ["7", [True], False]
    assert driven.process.wait(timeout=20) == 0


def test_a_tick_says_that_the_pictures_are_mirrored(drive: Drive) -> None:
    driven = drive(CHOICE)
    where = driven.told("image")
    driven.click(where["choose-mirrored"])
    driven.xdotool("key", "--delay", 100, "m", "m")
    driven.click(where["choose-image-1"])
    assert driven.told("chosen", 20) == ["7", [True], True]
    assert driven.process.wait(timeout=20) == 0


RESIZE = """
import numpy as np
from runform_live.capture.previews import THUMBNAIL_PX, Preview

def until_drawn_in(width, height):
    dpg.set_viewport_width(width)
    dpg.set_viewport_height(height)
    for _ in range(200):
        window(nobody)
        if abs(dpg.get_item_width("left-scale") - 376 * min(width / 1280, height / 720)) < 1:
            return
    raise SystemExit(f"not drawn in {width}x{height}")

def all_pages():
    for _ in range(2):
        for _ in range(2):
            window.pages.next_layer()
            window(nobody)
            dpg.render_dearpygui_frame()
        window.viewport.other_light()
        window.viewport.other_text()
    window.pages.goals()
    window(nobody)
    window.pages.goals()
    window.show_choice()
    window.leave_choice()
    window(nobody)

counts = []
for k in range(50):
    until_drawn_in(700 + 10 * k, 400 + 5 * k)
    all_pages()
    between_panels = dpg.get_item_children("ground", 2)  # as many as the panels leave gaps in this size
    counts.append(len(dpg.get_all_items()) - len(between_panels))
tell("counts", counts)
window.close()
"""


def test_a_window_that_is_resized_fifty_times_leaves_no_font_and_no_theme_behind(
    drive: Drive,
) -> None:
    driven = drive(RESIZE)
    counts = driven.told("counts", 200)
    assert driven.process.wait(timeout=20) == 0
    assert len(set(counts)) == 1, counts


END = """
for _ in range(5):
    window(nobody)
tell("open", True)
while window(nobody):
    if (folder / "interrupt").exists():
        nobody.ending = True  # as the supervisor says
        break
seen = []
for _ in range(20):  # as the driver does until the session is saved
    more = window(nobody)
    seen.append((dpg.get_value("status"), more, dpg.is_dearpygui_running()))
tell("end", [seen[0], seen[-1], window.closed, nobody.asked])
window.close()
"""


@pytest.mark.parametrize("how", ["Escape", "closed", "Ctrl-C"])
def test_while_the_session_is_saved_the_window_says_so(drive: Drive, how: str) -> None:
    driven = drive(END)
    driven.told("open")
    if how == "Escape":
        driven.xdotool("key", "Escape")
    elif how == "closed":
        driven.ask_to_close()
    else:
        (driven.folder / "interrupt").touch()
    said = texts.load("en")[0]("status.ending")
    first, last, closed, asked = driven.told("end", 30)
    goes_on = how == "Ctrl-C"  # False: the person has ended the run in the window
    assert first == last == [said, goes_on, True]
    assert closed == (how == "closed"), "a window that was closed shows nothing more afterwards"
    assert asked == []
    assert driven.process.wait(timeout=20) == 0


FIT = """
from runform_live import texts
from runform_live.dashboard import surface, theme
from runform_live.dashboard.page import LINE
appearance = surface.appearance_for((1280, 720), True, False)
window.viewport.other_text()
for _ in range(5):
    window(nobody)
wide, told = {}, 0
for language in texts.languages():
    for key, words in texts.load(language)[0].table.items():
        section = key.split(".")[0]
        if section not in ("restarted", "recorder", "flag") and key not in ("status.ending", "status.camera_lost", "status.stream_lost"):
            continue
        told += 1
        sizes = [dpg.get_text_size(words, font=appearance.font(size))[0] for size in (theme.NORMAL, theme.SMALL)]
        surface.set_text_in_line(appearance, "status", words, LINE)
        dpg.render_dearpygui_frame()
        height = dpg.get_item_rect_size("status")[1]
        if not 0 < sizes[section == "flag"] <= LINE or height > 30:
            wide[f"{language} {key}"] = [*sizes, height]
tell("wide", [told, wide])
window.close()
"""


def test_whatever_is_told_fits_into_its_line_in_large_text(drive: Drive) -> None:
    """Advice that is too long for one line is drawn small, so that the keys below stay in their place."""
    told, wide = drive(FIT).told("wide")
    assert wide == {}
    assert told > 2 * 20


QUESTION = """
from runform_live.messages import GaitState, Naming
state = GaitState(time_s=1.0, stamp_s=0.0, activity="running", view="posterior", calibrated=True, level_deg=0.0, level_sd_deg=0.1,
                  cadence_spm=166.0)
def said(time_s, **naming):
    window.model.take(msgspec.structs.replace(state, time_s=time_s, naming=Naming(**naming)), 0.0)
said(1.0, view="posterior")
for _ in range(5):
    window(nobody)
tell("before", dpg.is_item_shown("ask"))
answers = []
def answered(control):
    nobody.asked.append(named(control))
    answers.append(getattr(control, "view", None))
nobody.ask = answered
said(2.0, view="posterior", unsure=True)
if LAYER:
    window.pages.next_layer()
while window(nobody):
    if not (folder / "places").exists() and dpg.get_item_rect_max("key-in_front")[0] and dpg.is_item_shown("ask"):
        tell("places", places("key-behind", "key-in_front"))
        tell("seen", [dpg.get_value("ask-view"), dpg.is_item_shown("aside")])
    tell("asked", [nobody.asked, answers, dpg.is_item_shown("ask"), sorted(threads)])
window.close()
"""


@pytest.mark.parametrize("layer", [0, 1], ids=["run", "details"])
@pytest.mark.parametrize(
    ("how", "view"),
    [
        ("1", "posterior"),
        ("2", "anterior"),
        ("KP_2", "anterior"),
        ("key-behind", "posterior"),
        ("key-in_front", "anterior"),
    ],
)
def test_where_the_camera_is_can_be_answered_by_a_key_and_by_a_click(
    drive: Drive, layer: int, how: str, view: str
) -> None:
    driven = drive(QUESTION.replace("LAYER", str(layer)))
    places = driven.told("places")
    assert driven.told("before") is False, "nothing is asked while it is sure"
    assert driven.told("seen") == [texts.load("en")[0]("ask.view"), False]
    if how in places:
        driven.click(places[how])
    else:
        driven.xdotool("key", how)
    assert wait_until(lambda: driven.told("asked")[0] == ["SetView"], 20), driven.told("asked")
    assert wait_until(lambda: driven.told("asked") == [["SetView"], [view], False, [True]], 20), driven.told("asked")
    driven.xdotool("key", "--delay", 50, "1", "2")
    driven.xdotool("key", "p")
    assert wait_until(lambda: "SetPaused True" in driven.told("asked")[0], 20)
    assert driven.told("asked")[0] == ["SetView", "SetPaused True"], "once answered, the digits mean nothing"
    driven.xdotool("key", "Escape")
    assert driven.process.wait(timeout=20) == 0
