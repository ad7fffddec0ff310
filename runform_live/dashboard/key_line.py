"""The line of keys at the foot of a page: a button for each key of its table."""

from __future__ import annotations

from collections.abc import Callable

import dearpygui.dearpygui as dpg

from runform_live.dashboard import keys, surface, theme
from runform_live.dashboard.surface import Appearance
from runform_live.texts import Texts


def line(
    appearance: Appearance,
    said: Texts,
    page: str,
    press: Callable[[int], None],
    size: str = theme.SMALL,
    below: bool = False,
) -> None:
    """The buttons of a page. A click on one calls `press` with its key code, as if the key had been pressed.

    Small buttons stay in the background. Larger ones are what the page waits for. below: one below the other.
    """
    quiet = size == theme.SMALL
    _bind_theme(appearance, page, quiet, below)
    with dpg.group(horizontal=not below, horizontal_spacing=appearance.px(5 if quiet else 16)):
        for key in keys.buttons(page):
            tag = f"key-{key.name}"
            dpg.add_button(
                label=said(f"{page}.keys.{key.name}"), tag=tag, user_data=key.code, callback=lambda _s, _d, code: press(code)
            )  # fmt: skip
            dpg.bind_item_theme(tag, f"theme-keys-{page}")
            surface.set_font(appearance, tag, size)


def _bind_theme(appearance: Appearance, page: str, quiet: bool, below: bool) -> None:
    palette = appearance.palette
    with surface.theme_in_place(f"theme-keys-{page}", dpg.mvButton):
        dpg.add_theme_color(dpg.mvThemeCol_Button, palette.panel if quiet else palette.scale)
        dpg.add_theme_color(dpg.mvThemeCol_ButtonHovered, palette.background if quiet else palette.target)
        dpg.add_theme_color(dpg.mvThemeCol_ButtonActive, palette.background)
        dpg.add_theme_color(dpg.mvThemeCol_Text, palette.quiet if quiet else palette.text)
        dpg.add_theme_style(
            dpg.mvStyleVar_FramePadding, appearance.px(4 if quiet else 12), appearance.px(5 if below else 2)
        )
