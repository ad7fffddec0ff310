"""The keys of the windows: one table for each page.

A row says which key it is, what it does, and where its words are: NAME under [PAGE.keys] in `configs/languages/`. Which pages are shown decides which
keys are obeyed (`bindings`); the buttons of a page (`key_line.line`) are drawn from the same rows. A key that concerns the stages ends in
`requests.py`, as a request that the supervisor sends to every stage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import dearpygui.dearpygui as dpg

from runform_live.capture.listed import MOST_CAMERAS
from runform_live.dashboard import feedback_model

if TYPE_CHECKING:
    from runform_live.dashboard.after_run import AfterRun
    from runform_live.dashboard.choosing import Choosing
    from runform_live.dashboard.clinician_window import ClinicianWindow
    from runform_live.dashboard.review_window import ReviewWindow
    from runform_live.dashboard.viewport import Viewport
    from runform_live.dashboard.window import Window

W = TypeVar("W", contravariant=True)
MOST_GOALS = 8  # lines of the page of targets that have a digit


class HasViewport(Protocol):
    """Whatever is shown in a window of its own or in a part of it."""

    @property
    def viewport(self) -> Viewport: ...


@dataclass(frozen=True, slots=True)
class Key(Generic[W]):
    """One row: a key, and what it does to its window. `others` do the same, such as the key of the number pad."""

    name: str
    code: int
    does: Callable[[W], object]
    others: tuple[int, ...] = ()
    button: bool = True  # it has a button in the line of keys


def _numbered(most: int, does: Callable[[Any, int], object]) -> tuple[Key[Any], ...]:
    """The digits from 1 on, for what is numbered on the page; each has its own place there and none in the line of keys."""

    def one(number: int) -> Key[Any]:
        return Key(str(number + 1), dpg.mvKey_1 + number, lambda window: does(window, number), button=False)

    return tuple(one(number) for number in range(most))


def without_buttons(table: Iterable[Key[W]]) -> tuple[Key[W], ...]:
    """Keys that a page obeys without showing them."""
    return tuple(replace(key, button=False) for key in table)


# -- the window of a run ----------------------------------------------------------------------------------------------

APPEARANCE: tuple[Key[HasViewport], ...] = (
    Key("text", dpg.mvKey_T, lambda window: window.viewport.other_text()),
    Key("light", dpg.mvKey_L, lambda window: window.viewport.other_light()),
)
FULL: Key[HasViewport] = Key("full", dpg.mvKey_F, lambda window: window.viewport.fullscreen())
END: Key[Window] = Key("end", dpg.mvKey_Escape, lambda window: window.finish("end"))
CHOOSE: tuple[Key[Choosing], ...] = (
    Key("file", dpg.mvKey_F, lambda choosing: choosing.ask_for_file()),
    Key("demo", dpg.mvKey_D, lambda choosing: choosing.choose("demo")),
    Key("end", dpg.mvKey_Escape, lambda choosing: choosing.leave()),
    Key("mirrored", dpg.mvKey_M, lambda choosing: choosing.other_mirrored(), button=False),
    *_numbered(MOST_CAMERAS, lambda choosing, number: choosing.take(number)),
)
LIVE: tuple[Key[Window], ...] = (
    Key("more", dpg.mvKey_Tab, lambda window: window.pages.next_layer()),
    Key("goals", dpg.mvKey_G, lambda window: window.pages.goals()),
    Key("record", dpg.mvKey_R, lambda window: window.requests.record()),
    Key("pause", dpg.mvKey_P, lambda window: window.requests.pause()),
    Key("mute", dpg.mvKey_M, lambda window: window.requests.mute()),
    Key("softer", dpg.mvKey_Minus, lambda window: window.requests.louder(-1), (dpg.mvKey_Subtract,)),
    Key("louder", dpg.mvKey_Plus, lambda window: window.requests.louder(1), (dpg.mvKey_Add,)),
    Key("sound", dpg.mvKey_S, lambda window: window.requests.test_sound()),
    Key("calibrate", dpg.mvKey_C, lambda window: window.requests.calibrate()),
    *APPEARANCE,
    FULL,
    Key("second", dpg.mvKey_W, lambda window: window.ask_for_clinician()),
    END,
)
GUIDE: tuple[Key[Window], ...] = (
    Key("skip", dpg.mvKey_Spacebar, lambda window: window.pages.skip_guide()),
    *APPEARANCE,
    END,
    *without_buttons(key for key in LIVE if key not in APPEARANCE and key is not END),
)
GOALS: tuple[Key[Window], ...] = (
    Key("higher", dpg.mvKey_Up, lambda window: window.pages.move_goal(up=True)),
    Key("lower", dpg.mvKey_Down, lambda window: window.pages.move_goal(up=False)),
    Key("before", dpg.mvKey_Left, lambda window: window.requests.train(-1)),
    Key("after", dpg.mvKey_Right, lambda window: window.requests.train(1)),
    Key("mode", dpg.mvKey_B, lambda window: window.requests.feedback(feedback_model.next_mode)),
    Key("tones", dpg.mvKey_N, lambda window: window.requests.feedback(feedback_model.other_tones)),
    Key("metronome", dpg.mvKey_K, lambda window: window.requests.feedback(feedback_model.next_metronome)),
    Key("back", dpg.mvKey_G, lambda window: window.pages.goals(), (dpg.mvKey_Escape,)),
    *without_buttons(APPEARANCE),
    *_numbered(MOST_GOALS, lambda window, number: window.pages.take_goal(number)),
)
# The answers to where the camera is, beside the keys of a page.
ASK: tuple[Key[Window | ClinicianWindow], ...] = (
    Key("behind", dpg.mvKey_1, lambda window: window.say_view("posterior"), (dpg.mvKey_NumPad1,)),
    Key("in_front", dpg.mvKey_2, lambda window: window.say_view("anterior"), (dpg.mvKey_NumPad2,)),
)
SAVING: tuple[Key[Window], ...] = without_buttons(APPEARANCE)  # the run is over, and the session is being saved
AFTER_RUN: tuple[Key[AfterRun], ...] = (
    Key("report", dpg.mvKey_Return, lambda after_run: after_run.open_report()),
    Key("review", dpg.mvKey_V, lambda after_run: after_run.open_review()),
    Key("end", dpg.mvKey_Escape, lambda after_run: after_run.leave()),
    *without_buttons(APPEARANCE),
)

# -- the other windows ------------------------------------------------------------------------------------------------

CLINICIAN: tuple[Key[ClinicianWindow], ...] = (*APPEARANCE, FULL)
REVIEW: tuple[Key[ReviewWindow], ...] = (
    Key("play", dpg.mvKey_Spacebar, lambda window: window.model.play()),
    Key("before", dpg.mvKey_Left, lambda window: window.model.step(-1)),
    Key("after", dpg.mvKey_Right, lambda window: window.model.step(1)),
    Key("stance_before", dpg.mvKey_Up, lambda window: window.model.step_stance(-1)),
    Key("stance_after", dpg.mvKey_Down, lambda window: window.model.step_stance(1)),
    Key("slower", dpg.mvKey_Minus, lambda window: window.model.slower()),
    Key("faster", dpg.mvKey_Plus, lambda window: window.model.faster()),
    Key("worst", dpg.mvKey_W, lambda window: window.model.next_worst()),
    Key("overlay", dpg.mvKey_O, lambda window: window.other_overlay()),
    Key("midstances", dpg.mvKey_V, lambda window: window.show_midstances()),
    Key("mean", dpg.mvKey_M, lambda window: window.show_mean()),
    Key("note", dpg.mvKey_N, lambda window: window.begin_note()),
    Key("clip", dpg.mvKey_E, lambda window: window.save_clip()),
    Key("end", dpg.mvKey_Escape, lambda window: window.escape()),
)

# By the name of its page, under which its words stand.
PAGES: Mapping[str, tuple[Key[Any], ...]] = {
    "choose": CHOOSE,
    "guide": GUIDE,
    "live": LIVE,
    "goals": GOALS,
    "ask": ASK,
    "saving": SAVING,
    "end": AFTER_RUN,
    "clinician": CLINICIAN,
    "review": REVIEW,
}


def bindings(pages: Mapping[str, object]) -> dict[int, Callable[[], object]]:
    """What each key code does. pages: the pages that are shown, each with what obeys its keys."""
    return {
        code: partial(key.does, obeys)
        for page, obeys in pages.items()
        for key in PAGES[page]
        for code in (key.code, *key.others)
    }


def buttons(page: str) -> Iterator[Key[Any]]:
    """The keys of a page that have a button, in the order of its line."""
    return (key for key in PAGES[page] if key.button)


def code_of(page: str, name: str) -> int:
    """The code of a key of that name."""
    return next(key.code for key in PAGES[page] if key.name == name)
