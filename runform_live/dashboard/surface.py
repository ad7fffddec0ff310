"""What every window shares: fonts at the sizes of a look, its colours, and panels placed in the units of the design."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import dearpygui.dearpygui as dpg

from runform_live.dashboard import theme
from runform_live.dashboard.theme import Palette


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is drawn: its palette, its text size, and how much larger than the design the window is."""

    palette: Palette
    large_text: bool
    scale: float

    def px(self, units: float) -> int:
        return round(units * self.scale)

    def font(self, name: str) -> str:
        return f"font{theme.size_px(name, self.large_text)}"


def look_for(size_px: tuple[int, int], large_text: bool, light: bool) -> Look:
    """The look of a window of that width and height."""
    scale = max(min(size_px[0] / theme.DESIGN_PX[0], size_px[1] / theme.DESIGN_PX[1]), 0.4)
    return Look(theme.LIGHT if light else theme.DARK, large_text, scale)


class Built(Protocol):
    """What makes widgets."""

    def build(self) -> None: ...


def fill(look: Look, page: Built) -> None:
    """Put a page in the place of what the window "main" shows."""
    load_fonts(look)
    bind_colours(look.palette)
    dpg.delete_item("main", children_only=True)
    dpg.push_container_stack("main")
    page.build()
    dpg.pop_container_stack()


@contextmanager
def theme_in_place(tag: str, of: int = dpg.mvAll) -> Iterator[None]:
    """A theme for items of one kind. It takes the place of the theme that had this tag, so that there is one of each."""
    if dpg.does_item_exist(tag):
        dpg.delete_item(tag)
    with dpg.theme(tag=tag), dpg.theme_component(of):
        yield


def load_fonts(look: Look) -> None:
    """Fonts that this look needs and that are not there yet; "fonts" is the registry.

    They are made in the sizes of the design, one for each type size. Dear PyGui draws them as much larger as the window is, from their outlines,
    so a window of another size needs no other fonts.
    """
    dpg.set_global_font_scale(look.scale)
    path = theme.font_file()
    if path is None:
        return
    if not dpg.does_item_exist("fonts"):
        dpg.add_font_registry(tag="fonts")
    for name in theme.SIZES_PX:
        if not dpg.does_item_exist(look.font(name)):
            dpg.add_font(str(path), theme.size_px(name, look.large_text), tag=look.font(name), parent="fonts")
    dpg.bind_font(look.font(theme.SMALL))


def bind_colours(palette: Palette) -> None:
    """The palette for everything that says no other."""
    with theme_in_place("theme"):
        dpg.add_theme_color(dpg.mvThemeCol_WindowBg, palette.background)
        dpg.add_theme_color(dpg.mvThemeCol_ChildBg, palette.panel)
        dpg.add_theme_color(dpg.mvThemeCol_FrameBg, palette.background)
        dpg.add_theme_color(dpg.mvThemeCol_Border, palette.scale)
        dpg.add_theme_color(dpg.mvThemeCol_Text, palette.text)
        dpg.add_theme_style(dpg.mvStyleVar_WindowPadding, 8, 8)
        dpg.add_theme_style(dpg.mvStyleVar_ItemSpacing, 8, 6)
    dpg.bind_theme("theme")


def text(
    look: Look, tag: str, size: str, colour: theme.Colour, wrap: float = 0.0, pos: tuple[float, float] | None = None
) -> None:
    """A text that is renewed with `put`."""
    place = {} if pos is None else {"pos": (look.px(pos[0]), look.px(pos[1]))}
    dpg.add_text("", tag=tag, color=colour, wrap=look.px(wrap) if wrap else -1, **place)
    set_font(look, tag, size)


def set_font(look: Look, tag: str, size: str) -> None:
    """Give an item the font of a type size, where it is loaded."""
    if dpg.does_item_exist(look.font(size)):
        dpg.bind_item_font(tag, look.font(size))


def box(look: Look, x: float, y: float, width: float, height: float, tag: str = "") -> Any:
    """A panel at a place of the design."""
    named = {"tag": tag} if tag else {}
    return dpg.child_window(
        pos=(look.px(x), look.px(y)), width=look.px(width), height=look.px(height), no_scrollbar=True, **named
    )


def canvas(look: Look, tag: str, x: float, y: float, width: float, height: float) -> None:
    """A place to draw on; a drawlist alone does not take a position."""
    with dpg.group(pos=(look.px(x), look.px(y))), dpg.drawlist(width=look.px(width), height=look.px(height), tag=tag):
        pass


def put_in_a_line(
    look: Look, tag: str, words: str, width: float, sizes: tuple[str, ...] = (theme.NORMAL, theme.SMALL)
) -> None:
    """Renew a text in the first of these type sizes in which it is no wider than `width` (in units of the design), else in the last."""
    if dpg.get_value(tag) == words:
        return
    dpg.set_value(tag, words)
    set_font(look, tag, next((size for size in sizes if fits(look, words, size, width)), sizes[-1]))


def fits(look: Look, words: str, size: str, width: float) -> bool:
    """Whether a line is no wider than `width` (in units of the design) in that type size."""
    wide_px = dpg.get_text_size(words, font=look.font(size)) if dpg.does_item_exist(look.font(size)) else None
    return wide_px is None or wide_px[0] <= width


def put(tag: str, words: str) -> None:
    """Renew a text where it has changed."""
    if dpg.get_value(tag) != words:
        dpg.set_value(tag, words)
