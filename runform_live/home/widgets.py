"""Buttons, cards, headings and fields of the home window, placed in units of the design within the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme
from runform_live.dashboard.notes import Notes
from runform_live.dashboard.surface import Appearance

Kind = Literal["plain", "main", "quiet", "chosen", "danger"]
Do = Callable[[], object]
ROUND = 6


def main_words(palette: theme.Palette) -> theme.Colour:
    """The colour of words on the main button."""
    return palette.background if palette is theme.DARK else palette.panel


def themes(appearance: Appearance) -> None:
    """The themes of buttons, made once for an appearance."""
    palette = appearance.palette
    filled = {
        "plain": (palette.scale, palette.text),
        "main": (palette.left, main_words(palette)),
        "quiet": (palette.panel, palette.text),
        "chosen": (palette.scale, palette.text),
        "danger": (palette.scale, palette.warn),
    }
    for kind, (fill, words) in filled.items():
        with surface.theme_in_place(f"theme-home-{kind}", dpg.mvButton):
            dpg.add_theme_color(dpg.mvThemeCol_Button, fill)
            # What is below the mouse keeps its words readable, small grey ones too.
            hovered = {"main": fill, "quiet": palette.scale, "chosen": palette.scale}.get(kind, palette.background)
            dpg.add_theme_color(dpg.mvThemeCol_ButtonHovered, hovered)
            dpg.add_theme_color(dpg.mvThemeCol_ButtonActive, palette.background if kind != "main" else fill)
            dpg.add_theme_color(dpg.mvThemeCol_Text, words)
            dpg.add_theme_color(dpg.mvThemeCol_Border, palette.text if kind == "chosen" else fill)
            dpg.add_theme_style(dpg.mvStyleVar_FrameRounding, appearance.px(ROUND))
            dpg.add_theme_style(dpg.mvStyleVar_FrameBorderSize, appearance.px(3) if kind == "chosen" else 0)
    for kind in (dpg.mvInputText, dpg.mvCombo, dpg.mvCheckbox, dpg.mvSliderInt, dpg.mvSliderFloat):
        with surface.theme_in_place(f"theme-home-field-{kind}", kind):
            dpg.add_theme_color(dpg.mvThemeCol_FrameBg, palette.background)
            dpg.add_theme_color(dpg.mvThemeCol_FrameBgHovered, palette.scale)
            dpg.add_theme_color(dpg.mvThemeCol_CheckMark, palette.text)
            dpg.add_theme_color(dpg.mvThemeCol_SliderGrab, _between(palette.left, palette.background))
            dpg.add_theme_color(dpg.mvThemeCol_PopupBg, palette.background)
            dpg.add_theme_color(dpg.mvThemeCol_Button, palette.scale)
            dpg.add_theme_style(dpg.mvStyleVar_FrameBorderSize, 1)
            dpg.add_theme_style(dpg.mvStyleVar_FramePadding, appearance.px(8), appearance.px(6))


def _between(one: theme.Colour, other: theme.Colour) -> theme.Colour:
    """The colour half way: the number of a slider stays readable over it."""
    red, green, blue = ((a + b) // 2 for a, b in zip(one, other, strict=True))
    return red, green, blue


def button(
    appearance: Appearance, notes: Notes, tag: str, words: str, do: Do, x: float, y: float, width: float, height: float = 44,
    kind: Kind = "plain", size: str = theme.NORMAL,
) -> None:  # fmt: skip
    """A button; `do` is called in the thread that draws. Words that are too wide get the small type size."""
    dpg.add_button(
        label=words, tag=tag, pos=(appearance.px(x), appearance.px(y)), width=appearance.px(width), height=appearance.px(height),
        callback=lambda *_: notes.add(do),
    )  # fmt: skip
    dpg.bind_item_theme(tag, f"theme-home-{kind}")
    surface.set_font(appearance, tag, size if surface.fits(appearance, words, size, width - 16) else theme.SMALL)


def card(
    appearance: Appearance, notes: Notes, tag: str, title: str, words: str, do: Do, x: float, y: float, width: float, height: float,
    *, chosen: bool = False, first: bool = False,
) -> None:  # fmt: skip
    """A large choice: a title, and what it means. All of it can be clicked.

    A chosen card has a thick edge and a tick. first: what most people want here; it is coloured.
    """
    palette = appearance.palette
    dpg.add_button(
        label=" ", tag=tag, pos=(appearance.px(x), appearance.px(y)), width=appearance.px(width), height=appearance.px(height),
        callback=lambda *_: notes.add(do),
    )  # fmt: skip
    kind: Kind = "chosen" if chosen else "main" if first else "plain"
    dpg.bind_item_theme(tag, f"theme-home-{kind}")
    wrap, heading = width - 32, ("✓  " if chosen else "") + title
    colour = main_words(palette) if kind == "main" else palette.text
    size = theme.BIG if surface.fits(appearance, heading, theme.BIG, wrap) else theme.NORMAL
    text(appearance, f"{tag}-title", heading, x + 16, y + 12, size, colour, wrap)
    text(appearance, f"{tag}-words", words, x + 16, y + 70, theme.NORMAL, colour, wrap)


def text(
    appearance: Appearance, tag: str, words: str, x: float, y: float, size: str = theme.NORMAL, colour: theme.Colour | None = None, wrap: float = 0.0,
) -> None:  # fmt: skip
    """A text at a place; renew it with `surface.set_text`."""
    surface.text(appearance, tag, size, colour or appearance.palette.text, wrap, (x, y))
    surface.set_text(tag, words)


def heading(appearance: Appearance, tag: str, words: str) -> None:
    """The heading of a page, at its top."""
    text(appearance, tag, words, 16, 10, theme.LARGE)


def field(
    appearance: Appearance, notes: Notes, tag: str, words: str, value: str, x: float, y: float, width: float, changed: Callable[[str], object],
    *, lines: int = 1, hint: str = "",
) -> None:  # fmt: skip
    """A text to be typed, with its name above it. `changed` hears the new text with every key, in the thread that draws."""
    text(appearance, f"{tag}-name", words, x, y, theme.SMALL, appearance.palette.quiet)
    dpg.add_input_text(
        tag=tag, default_value=value, width=appearance.px(width), multiline=lines > 1, pos=(appearance.px(x), appearance.px(y + 26)),
        height=appearance.px(lines * 30) if lines > 1 else 0, hint=hint if lines == 1 else "",
        callback=lambda _s, typed: notes.add(lambda: changed(typed)),
    )  # fmt: skip
    as_field(appearance, tag, dpg.mvInputText)


def choice(
    appearance: Appearance, notes: Notes, tag: str, words: str, items: Sequence[str], value: str, x: float, y: float, width: float,
    changed: Callable[[int], object],
) -> None:  # fmt: skip
    """One of several words, with its name above it. `changed` hears the number of the item, in the thread that draws."""
    known = list(items)
    text(appearance, f"{tag}-name", words, x, y, theme.SMALL, appearance.palette.quiet)
    dpg.add_combo(
        known, tag=tag, default_value=value, width=appearance.px(width), pos=(appearance.px(x), appearance.px(y + 26)),
        callback=lambda _s, item: notes.add(lambda: changed(known.index(item))),
    )  # fmt: skip
    as_field(appearance, tag, dpg.mvCombo)


def tick(
    appearance: Appearance, notes: Notes, tag: str, words: str, value: bool, x: float, y: float, changed: Callable[[bool], object],
    width: float = 0.0,
) -> None:  # fmt: skip
    """A tick with its words, which are small where they would be wider than `width`."""
    dpg.add_checkbox(
        label=words, tag=tag, default_value=value, pos=(appearance.px(x), appearance.px(y)),
        callback=lambda _s, ticked: notes.add(lambda: changed(ticked)),
    )  # fmt: skip
    as_field(appearance, tag, dpg.mvCheckbox)
    if width and not surface.fits(appearance, words, theme.NORMAL, width - 60):
        surface.set_font(appearance, tag, theme.SMALL)


def as_field(appearance: Appearance, tag: str, kind: int) -> None:
    """Give a field its theme."""
    dpg.bind_item_theme(tag, f"theme-home-field-{kind}")
    surface.set_font(appearance, tag, theme.NORMAL)
