"""Cards and large buttons: what is chosen has a thick edge and a tick, and a click anywhere on a card chooses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme
from runform_live.dashboard.surface import Appearance

CHOSEN = "✓"
ROUNDING = 6
BUTTON_EDGE = 4  # of a button's width, beside its label
HOVERED, PRESSED = 22, 44  # of 255: how much a card takes on the colour of the text

Clicked = Callable[[], object]


def bind_themes(appearance: Appearance) -> None:
    """The themes that cards and buttons of a page are drawn with; call it before the first of them."""
    palette = appearance.palette
    for name, edge, thick in (("card", palette.scale, 1), ("card-chosen", palette.text, 3)):
        with surface.theme_in_place(f"theme-{name}", dpg.mvChildWindow):
            dpg.add_theme_color(dpg.mvThemeCol_Border, edge)
            dpg.add_theme_style(dpg.mvStyleVar_ChildBorderSize, appearance.px(thick))
            dpg.add_theme_style(dpg.mvStyleVar_ChildRounding, appearance.px(ROUNDING))
    with surface.theme_in_place("theme-cover", dpg.mvButton):
        for target, alpha in ((dpg.mvThemeCol_Button, 0), (dpg.mvThemeCol_ButtonHovered, HOVERED), (dpg.mvThemeCol_ButtonActive, PRESSED)):  # fmt: skip
            dpg.add_theme_color(target, (*palette.text, alpha))
        dpg.add_theme_style(dpg.mvStyleVar_FrameRounding, appearance.px(ROUNDING))
    for name, ground, words, edge in (
        ("button", palette.scale, palette.text, palette.scale),
        ("button-chosen", palette.text, palette.panel, palette.text),
        ("button-quiet", palette.panel, palette.text, palette.scale),
    ):
        with surface.theme_in_place(f"theme-{name}", dpg.mvButton):
            dpg.add_theme_color(dpg.mvThemeCol_Button, ground)
            dpg.add_theme_color(dpg.mvThemeCol_ButtonHovered, _between(ground, words))
            dpg.add_theme_color(dpg.mvThemeCol_ButtonActive, palette.background)
            dpg.add_theme_color(dpg.mvThemeCol_Text, words)
            dpg.add_theme_color(dpg.mvThemeCol_Border, edge)
            dpg.add_theme_style(dpg.mvStyleVar_FrameBorderSize, 1)
            dpg.add_theme_style(dpg.mvStyleVar_FrameRounding, appearance.px(ROUNDING))


def _between(ground: theme.Colour, words: theme.Colour) -> theme.Colour:
    """A ground on which the mouse is: a little nearer to the colour of its words."""
    red, green, blue = (round(0.88 * one + 0.12 * other) for one, other in zip(ground, words, strict=True))
    return red, green, blue


@contextmanager
def card(
    appearance: Appearance, tag: str, x: float, y: float, width: float, height: float, click: Clicked | None = None
) -> Iterator[None]:
    """A card at a place of the design; what is made in it lies on the card, at places of its own.

    click: done by a click on the card beside the buttons in it, from Dear PyGui's thread.
    """
    with dpg.child_window(
        pos=(appearance.px(x), appearance.px(y)), width=appearance.px(width), height=appearance.px(height), tag=tag, no_scrollbar=True,
        no_scroll_with_mouse=True,
    ):  # fmt: skip
        yield
        if click is not None:  # after the buttons in it: of two things at one place, the first one takes the mouse
            dpg.add_button(
                label="", tag=f"{tag}-cover", pos=(0, 0), width=appearance.px(width), height=appearance.px(height), callback=lambda *_: click()
            )  # fmt: skip
            dpg.bind_item_theme(f"{tag}-cover", "theme-cover")
    dpg.bind_item_theme(tag, "theme-card")


def choose(tag: str, chosen: bool) -> None:
    """Draw a card as the chosen one, or as another."""
    dpg.bind_item_theme(tag, "theme-card-chosen" if chosen else "theme-card")


def button(
    appearance: Appearance, tag: str, label: str, box: tuple[float, float, float, float], click: Clicked,
    sizes: tuple[str, ...] = (theme.NORMAL, theme.SMALL), quiet: bool = False,
) -> None:  # fmt: skip
    """A button in a box (x, y, width, height) of the design; its label has the first of the type sizes in which it fits.

    quiet: it keeps in the background. click: done from Dear PyGui's thread.
    """
    x, y, width, height = box
    dpg.add_button(
        label=label, tag=tag, pos=(appearance.px(x), appearance.px(y)), width=appearance.px(width), height=appearance.px(height), callback=lambda *_: click()
    )  # fmt: skip
    dpg.bind_item_theme(tag, "theme-button-quiet" if quiet else "theme-button")
    _fit(appearance, tag, label, (width, height), sizes)


def _fit(appearance: Appearance, tag: str, label: str, room: tuple[float, float], sizes: tuple[str, ...]) -> None:
    size = surface.fitting(appearance, label, (room[0] - BUTTON_EDGE, room[1]), sizes)
    surface.set_font(appearance, tag, size or sizes[0])


def set_option(
    appearance: Appearance, tag: str, label: str, chosen: bool, room: tuple[float, float],
    sizes: tuple[str, ...] = (theme.NORMAL, theme.SMALL),
) -> None:  # fmt: skip
    """Renew a button of a row of options: the chosen one has a tick. room: width and height of the button."""
    choose_button(tag, chosen)
    words = f"{CHOSEN} {label}" if chosen else label
    if dpg.get_item_label(tag) != words:
        dpg.configure_item(tag, label=words)
        _fit(appearance, tag, words, room, sizes)


def choose_button(tag: str, chosen: bool) -> None:
    """Draw a quiet button as the chosen one of its row, or as another."""
    dpg.bind_item_theme(tag, "theme-button-chosen" if chosen else "theme-button-quiet")
