"""Buttons, cards, texts and fields of every window, placed in units of the design within the panel in which they lie.

What is chosen has a thick edge; a chosen option and a chosen card have a tick besides. A click on a card counts anywhere on it. Dear PyGui calls
every `click` and `changed` in a thread of its own: pass what only adds a note (`Notes.later`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme
from runform_live.dashboard.surface import Appearance

Kind = Literal["plain", "main", "quiet", "outlined", "chosen", "danger"]
CardKind = Literal["plain", "main", "chosen"]
Click = Callable[[], object]
CHOSEN = "✓"
ROUNDING = 6
CHOSEN_EDGE = 3
LABEL_MARGIN = 4  # of a button's width, beside its label
HOVER_SHARE = 0.12  # how much a button below the mouse takes on the colour of its words
HOVERED, PRESSED = 22, 44  # of 255: how much a card takes on the colour of the text
FIELD_KINDS = (dpg.mvInputText, dpg.mvCombo, dpg.mvCheckbox, dpg.mvSliderInt, dpg.mvSliderFloat)
SIZES = (theme.NORMAL, theme.SMALL)


def main_words(palette: theme.Palette) -> theme.Colour:
    """The colour of words on the main button or card."""
    return palette.background if palette is theme.DARK else palette.panel


# -- themes -----------------------------------------------------------------------------------------------------------


def bind_themes(appearance: Appearance) -> None:
    """The themes of this appearance; call it before the first button, card or field of a page."""
    _button_themes(appearance)
    _card_themes(appearance)
    _field_themes(appearance)


def _button_themes(appearance: Appearance) -> None:
    palette = appearance.palette
    looks: dict[Kind, tuple[theme.Colour, theme.Colour, theme.Colour, int]] = {  # fill, words, edge, width of the edge
        "plain": (palette.scale, palette.text, palette.scale, 0),
        "main": (palette.left, main_words(palette), palette.left, 0),
        "quiet": (palette.panel, palette.text, palette.panel, 0),
        "outlined": (palette.panel, palette.text, palette.scale, 1),
        "chosen": (palette.scale, palette.text, palette.text, CHOSEN_EDGE),
        "danger": (palette.scale, palette.warn, palette.scale, 0),
    }
    for kind, (fill, words, edge, edge_width) in looks.items():
        with surface.theme_in_place(f"theme-button-{kind}", dpg.mvButton):
            dpg.add_theme_color(dpg.mvThemeCol_Button, fill)
            dpg.add_theme_color(dpg.mvThemeCol_ButtonHovered, _mixed(fill, words, HOVER_SHARE))
            dpg.add_theme_color(dpg.mvThemeCol_ButtonActive, palette.background if kind != "main" else fill)
            dpg.add_theme_color(dpg.mvThemeCol_Text, words)
            dpg.add_theme_color(dpg.mvThemeCol_Border, edge)
            dpg.add_theme_style(dpg.mvStyleVar_FrameRounding, appearance.px(ROUNDING))
            dpg.add_theme_style(dpg.mvStyleVar_FrameBorderSize, appearance.px(edge_width))


def _card_themes(appearance: Appearance) -> None:
    palette = appearance.palette
    looks: dict[CardKind, tuple[theme.Colour, theme.Colour, int]] = {  # fill, edge, width of the edge
        "plain": (palette.panel, palette.scale, 1),
        "main": (palette.left, palette.left, 1),
        "chosen": (palette.panel, palette.text, CHOSEN_EDGE),
    }
    for kind, (fill, edge, edge_width) in looks.items():
        with surface.theme_in_place(f"theme-card-{kind}", dpg.mvChildWindow):
            dpg.add_theme_color(dpg.mvThemeCol_ChildBg, fill)
            dpg.add_theme_color(dpg.mvThemeCol_Border, edge)
            dpg.add_theme_style(dpg.mvStyleVar_ChildBorderSize, appearance.px(edge_width))
            dpg.add_theme_style(dpg.mvStyleVar_ChildRounding, appearance.px(ROUNDING))
    with surface.theme_in_place("theme-card-cover", dpg.mvButton):
        for target, alpha in ((dpg.mvThemeCol_Button, 0), (dpg.mvThemeCol_ButtonHovered, HOVERED), (dpg.mvThemeCol_ButtonActive, PRESSED)):  # fmt: skip
            dpg.add_theme_color(target, (*palette.text, alpha))
        dpg.add_theme_style(dpg.mvStyleVar_FrameRounding, appearance.px(ROUNDING))


def _field_themes(appearance: Appearance) -> None:
    palette = appearance.palette
    for kind in FIELD_KINDS:
        with surface.theme_in_place(f"theme-field-{kind}", kind):
            dpg.add_theme_color(dpg.mvThemeCol_FrameBg, palette.background)
            dpg.add_theme_color(dpg.mvThemeCol_FrameBgHovered, palette.scale)
            dpg.add_theme_color(dpg.mvThemeCol_CheckMark, palette.text)
            # Half way to the ground: the number of a slider stays readable over its grab.
            dpg.add_theme_color(dpg.mvThemeCol_SliderGrab, _mixed(palette.left, palette.background, 0.5))
            dpg.add_theme_color(dpg.mvThemeCol_PopupBg, palette.background)
            dpg.add_theme_color(dpg.mvThemeCol_Button, palette.scale)
            dpg.add_theme_style(dpg.mvStyleVar_FrameBorderSize, 1)
            dpg.add_theme_style(dpg.mvStyleVar_FramePadding, appearance.px(8), appearance.px(6))


def _mixed(one: theme.Colour, other: theme.Colour, share: float) -> theme.Colour:
    """A colour with so much of the other one."""
    red, green, blue = (round((1 - share) * a + share * b) for a, b in zip(one, other, strict=True))
    return red, green, blue


# -- buttons and cards ------------------------------------------------------------------------------------------------


def button(
    appearance: Appearance, tag: str, words: str, click: Click, x: float, y: float, width: float, height: float = 44,
    kind: Kind = "plain", sizes: tuple[str, ...] = SIZES,
) -> None:  # fmt: skip
    """A button; its words have the first of the type sizes in which they fit."""
    dpg.add_button(
        label=words, tag=tag, pos=(appearance.px(x), appearance.px(y)), width=appearance.px(width), height=appearance.px(height), callback=lambda *_: click()
    )  # fmt: skip
    dpg.bind_item_theme(tag, f"theme-button-{kind}")
    _fit(appearance, tag, words, (width, height), sizes)


def _fit(appearance: Appearance, tag: str, words: str, room: tuple[float, float], sizes: tuple[str, ...]) -> None:
    size = surface.fitting(appearance, words, (room[0] - LABEL_MARGIN, room[1]), sizes)
    surface.set_font(appearance, tag, size or sizes[0])


def set_option(appearance: Appearance, tag: str, words: str, chosen: bool, room: tuple[float, float]) -> None:
    """Renew a button of a row of options: the chosen one has a tick. room: width and height of the button."""
    choose_button(tag, chosen)
    words = f"{CHOSEN} {words}" if chosen else words
    if dpg.get_item_label(tag) != words:
        dpg.configure_item(tag, label=words)
        _fit(appearance, tag, words, room, SIZES)


def choose_button(tag: str, chosen: bool) -> None:
    """Draw an outlined button as the chosen one of its row, or as another."""
    dpg.bind_item_theme(tag, "theme-button-chosen" if chosen else "theme-button-outlined")


@contextmanager
def card(
    appearance: Appearance, tag: str, click: Click, x: float, y: float, width: float, height: float, kind: CardKind = "plain"
) -> Iterator[None]:  # fmt: skip
    """A card; what is made in it lies on it, at places of its own. Its click is one beside the buttons in it."""
    with dpg.child_window(
        pos=(appearance.px(x), appearance.px(y)), width=appearance.px(width), height=appearance.px(height), tag=tag, no_scrollbar=True,
        no_scroll_with_mouse=True,
    ):  # fmt: skip
        yield
        # The cover comes after the buttons in the card: of two things at one place, the first one takes the mouse.
        dpg.add_button(
            label="", tag=f"{tag}-cover", pos=(0, 0), width=appearance.px(width), height=appearance.px(height), callback=lambda *_: click()
        )  # fmt: skip
        dpg.bind_item_theme(f"{tag}-cover", "theme-card-cover")
    dpg.bind_item_theme(tag, f"theme-card-{kind}")


def choose_card(tag: str, chosen: bool) -> None:
    """Draw a card as the chosen one, or as another."""
    dpg.bind_item_theme(tag, "theme-card-chosen" if chosen else "theme-card-plain")


# -- texts and fields -------------------------------------------------------------------------------------------------


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
    appearance: Appearance, tag: str, words: str, value: str, changed: Callable[[str], object], x: float, y: float, width: float,
    *, lines: int = 1, hint: str = "",
) -> None:  # fmt: skip
    """A text to be typed, with its name above it. `changed` hears the new text with every key."""
    text(appearance, f"{tag}-name", words, x, y, theme.SMALL, appearance.palette.quiet)
    dpg.add_input_text(
        tag=tag, default_value=value, width=appearance.px(width), multiline=lines > 1, pos=(appearance.px(x), appearance.px(y + 26)),
        height=appearance.px(lines * 30) if lines > 1 else 0, hint=hint if lines == 1 else "", callback=lambda _s, typed: changed(typed),
    )  # fmt: skip
    as_field(appearance, tag, dpg.mvInputText)


def choice(
    appearance: Appearance, tag: str, words: str, items: Sequence[str], value: str, changed: Callable[[int], object],
    x: float, y: float, width: float,
) -> None:  # fmt: skip
    """One of several words, with its name above it. `changed` hears the number of the item."""
    known = list(items)
    text(appearance, f"{tag}-name", words, x, y, theme.SMALL, appearance.palette.quiet)
    dpg.add_combo(
        known, tag=tag, default_value=value, width=appearance.px(width), pos=(appearance.px(x), appearance.px(y + 26)),
        callback=lambda _s, item: changed(known.index(item)),
    )  # fmt: skip
    as_field(appearance, tag, dpg.mvCombo)


def tick(
    appearance: Appearance, tag: str, words: str, value: bool, changed: Callable[[bool], object], x: float, y: float, width: float = 0.0
) -> None:  # fmt: skip
    """A tick with its words, which are small where they would be wider than `width`."""
    dpg.add_checkbox(
        label=words, tag=tag, default_value=value, pos=(appearance.px(x), appearance.px(y)), callback=lambda _s, ticked: changed(ticked)
    )  # fmt: skip
    as_field(appearance, tag, dpg.mvCheckbox)
    if width and not surface.fits(appearance, words, theme.NORMAL, width - 60):
        surface.set_font(appearance, tag, theme.SMALL)


def as_field(appearance: Appearance, tag: str, kind: int) -> None:
    """Give a field its theme."""
    dpg.bind_item_theme(tag, f"theme-field-{kind}")
    surface.set_font(appearance, tag, theme.NORMAL)
