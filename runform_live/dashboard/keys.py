"""The keys of each page, in the order of its line of keys; every one of them can be clicked there as well."""

from __future__ import annotations

from collections.abc import Callable

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme
from runform_live.dashboard.surface import Appearance
from runform_live.texts import Texts

# By the last word of the key's text in the catalogue.
CHOOSE = {"file": dpg.mvKey_F, "demo": dpg.mvKey_D, "end": dpg.mvKey_Escape}
GUIDE = {"skip": dpg.mvKey_Spacebar, "text": dpg.mvKey_T, "light": dpg.mvKey_L, "end": dpg.mvKey_Escape}
LIVE = {
    "more": dpg.mvKey_Tab, "goals": dpg.mvKey_G, "record": dpg.mvKey_R, "pause": dpg.mvKey_P, "mute": dpg.mvKey_M,
    "softer": dpg.mvKey_Minus, "louder": dpg.mvKey_Plus, "sound": dpg.mvKey_S, "calibrate": dpg.mvKey_C,
    "text": dpg.mvKey_T, "light": dpg.mvKey_L, "full": dpg.mvKey_F, "second": dpg.mvKey_W, "end": dpg.mvKey_Escape,
}  # fmt: skip
GOALS = {
    "higher": dpg.mvKey_Up, "lower": dpg.mvKey_Down, "before": dpg.mvKey_Left, "after": dpg.mvKey_Right,
    "mode": dpg.mvKey_B, "tones": dpg.mvKey_N, "metronome": dpg.mvKey_K, "back": dpg.mvKey_G,
}  # fmt: skip
ASK = {"behind": dpg.mvKey_1, "in_front": dpg.mvKey_2}
DIGITS = (dpg.mvKey_1, dpg.mvKey_NumPad1), (dpg.mvKey_2, dpg.mvKey_NumPad2)  # of the answers, in their order
END = {"report": dpg.mvKey_Return, "review": dpg.mvKey_V, "end": dpg.mvKey_Escape}
REVIEW = {
    "play": dpg.mvKey_Spacebar, "before": dpg.mvKey_Left, "after": dpg.mvKey_Right, "stance_before": dpg.mvKey_Up,
    "stance_after": dpg.mvKey_Down, "slower": dpg.mvKey_Minus, "faster": dpg.mvKey_Plus, "worst": dpg.mvKey_W,
    "overlay": dpg.mvKey_O, "midstances": dpg.mvKey_V, "mean": dpg.mvKey_M, "note": dpg.mvKey_N, "clip": dpg.mvKey_E,
    "end": dpg.mvKey_Escape,
}  # fmt: skip
CLINICIAN = {"text": dpg.mvKey_T, "light": dpg.mvKey_L, "full": dpg.mvKey_F}
PAGES = {
    "clinician": CLINICIAN,
    "choose": CHOOSE,
    "guide": GUIDE,
    "live": LIVE,
    "goals": GOALS,
    "ask": ASK,
    "end": END,
    "review": REVIEW,
}


def line(
    appearance: Appearance,
    said: Texts,
    page: str,
    press: Callable[[int], None],
    size: str = theme.SMALL,
    below: bool = False,
) -> None:
    """A page's line of keys; a click on one is `press` with it, as if it had been pressed.

    Small ones keep in the background; larger ones are what the page waits for. below: one below the other.
    """
    palette, quiet = appearance.palette, size == theme.SMALL
    with surface.theme_in_place(f"theme-keys-{page}", dpg.mvButton):
        dpg.add_theme_color(dpg.mvThemeCol_Button, palette.panel if quiet else palette.scale)
        dpg.add_theme_color(dpg.mvThemeCol_ButtonHovered, palette.background if quiet else palette.target)
        dpg.add_theme_color(dpg.mvThemeCol_ButtonActive, palette.background)
        dpg.add_theme_color(dpg.mvThemeCol_Text, palette.quiet if quiet else palette.text)
        dpg.add_theme_style(
            dpg.mvStyleVar_FramePadding, appearance.px(4 if quiet else 12), appearance.px(5 if below else 2)
        )
    with dpg.group(horizontal=not below, horizontal_spacing=appearance.px(5 if quiet else 16)):
        for name, key in PAGES[page].items():
            tag = f"key-{name}"
            dpg.add_button(label=said(f"{page}.keys.{name}"), tag=tag, user_data=key, callback=lambda _s, _d, key: press(key))  # fmt: skip
            dpg.bind_item_theme(tag, f"theme-keys-{page}")
            surface.set_font(appearance, tag, size)
