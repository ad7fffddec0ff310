"""What every window shares: fonts at the sizes of an appearance, its colours, and panels placed in the units of the design."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import dearpygui.dearpygui as dpg

from runform_live.dashboard import ground, theme
from runform_live.dashboard.theme import Palette

UNMEASURED = "unmeasured"  # noted at a text whose type size is chosen once it can be measured


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a page is drawn: its palette, its text size, and how much larger than the design the window is."""

    palette: Palette
    large_text: bool
    scale: float

    def px(self, units: float) -> int:
        return round(units * self.scale)

    def font(self, name: str) -> str:
        return f"font{theme.size_px(name, self.large_text)}"


def appearance_for(size_px: tuple[int, int], large_text: bool, light: bool) -> Appearance:
    """The appearance of a window of that width and height."""
    scale = max(min(size_px[0] / theme.DESIGN_PX[0], size_px[1] / theme.DESIGN_PX[1]), 0.4)
    return Appearance(theme.LIGHT if light else theme.DARK, large_text, scale)


class Built(Protocol):
    """What makes widgets."""

    def build(self) -> None: ...


def fill(appearance: Appearance, page: Built) -> None:
    """Put a page in the place of what the window "main" shows."""
    load_fonts(appearance)
    bind_colours(appearance.palette)
    dpg.delete_item("main", children_only=True)
    dpg.push_container_stack("main")
    page.build()
    dpg.pop_container_stack()


def lay_ground(palette: Palette, size_px: tuple[int, int] | None) -> theme.Colour:
    """Give the window "main" its ground; the colour in which it is to be cleared, which costs nothing, where filling does.

    size_px: of the window, where the panels of its page stay where they are. The colour is theirs then, and only what lies between them
    is filled. Without a graphics card a page is drawn three times as fast so.
    """
    dpg.configure_item("main", no_background=True)
    if not dpg.does_item_exist("ground"):
        dpg.add_viewport_drawlist(tag="ground", front=False)
    dpg.delete_item("ground", children_only=True)
    dpg.bind_item_theme("main", 0)
    if size_px is None:
        return palette.background
    with theme_in_place("theme-panels"):
        dpg.add_theme_color(dpg.mvThemeCol_ChildBg, (*palette.panel, 0))
    dpg.bind_item_theme("main", "theme-panels")
    for left, top, right, bottom in ground.gaps(size_px, _panels()):
        colour = palette.background
        dpg.draw_rectangle((left, top), (right, bottom), fill=colour, color=(*colour, 0), parent="ground")
    return palette.panel


def _panels() -> list[ground.Rectangle]:
    """Of the page in the window "main"."""
    found = []
    for item in dpg.get_item_children("main", 1):
        if dpg.get_item_type(item) == "mvAppItemType::mvChildWindow":
            (left, top), width, height = dpg.get_item_pos(item), dpg.get_item_width(item), dpg.get_item_height(item)
            found.append((left, top, left + width, top + height))
    return found


@contextmanager
def theme_in_place(tag: str, of: int = dpg.mvAll) -> Iterator[None]:
    """A theme for items of one kind. It takes the place of the theme that had this tag, so that there is one of each."""
    if dpg.does_item_exist(tag):
        dpg.delete_item(tag)
    with dpg.theme(tag=tag), dpg.theme_component(of):
        yield


def load_fonts(appearance: Appearance) -> None:
    """Fonts that this appearance needs and that are not there yet; "fonts" is the registry.

    They are made in the sizes of the design, one for each type size. Dear PyGui draws them as much larger as the window is, from their outlines,
    so a window of another size needs no other fonts.
    """
    dpg.set_global_font_scale(appearance.scale)
    path = theme.font_file()
    if path is None:
        return
    if not dpg.does_item_exist("fonts"):
        dpg.add_font_registry(tag="fonts")
    for name in theme.SIZES_PX:
        if not dpg.does_item_exist(appearance.font(name)):
            dpg.add_font(
                str(path), theme.size_px(name, appearance.large_text), tag=appearance.font(name), parent="fonts"
            )
    dpg.bind_font(appearance.font(theme.SMALL))


def bind_colours(palette: Palette) -> None:
    """The palette for everything that says no other."""
    with theme_in_place("theme"):
        dpg.add_theme_color(dpg.mvThemeCol_WindowBg, palette.background)
        dpg.add_theme_color(dpg.mvThemeCol_ChildBg, palette.panel)
        dpg.add_theme_color(dpg.mvThemeCol_PopupBg, palette.panel)
        dpg.add_theme_color(dpg.mvThemeCol_ScrollbarBg, palette.panel)
        dpg.add_theme_color(dpg.mvThemeCol_ScrollbarGrab, palette.scale)
        dpg.add_theme_color(dpg.mvThemeCol_FrameBg, palette.background)
        for part in (dpg.mvThemeCol_Button, dpg.mvThemeCol_TableHeaderBg, dpg.mvThemeCol_TitleBgActive):
            dpg.add_theme_color(part, palette.scale)  # of file dialogs, which take no theme of their own
        dpg.add_theme_color(dpg.mvThemeCol_Border, palette.scale)
        dpg.add_theme_color(dpg.mvThemeCol_Text, palette.text)
        dpg.add_theme_style(dpg.mvStyleVar_WindowPadding, 8, 8)
        dpg.add_theme_style(dpg.mvStyleVar_ItemSpacing, 8, 6)
    dpg.bind_theme("theme")


def text(
    appearance: Appearance,
    tag: str,
    size: str,
    colour: theme.Colour,
    wrap: float = 0.0,
    pos: tuple[float, float] | None = None,
) -> None:
    """A text that is renewed with `set_text`."""
    place = {} if pos is None else {"pos": (appearance.px(pos[0]), appearance.px(pos[1]))}
    dpg.add_text("", tag=tag, color=colour, wrap=appearance.px(wrap) if wrap else -1, **place)
    set_font(appearance, tag, size)


def set_font(appearance: Appearance, tag: str, size: str) -> None:
    """Give an item the font of a type size, where it is loaded."""
    if dpg.does_item_exist(appearance.font(size)):
        dpg.bind_item_font(tag, appearance.font(size))


def box(appearance: Appearance, x: float, y: float, width: float, height: float, tag: str = "") -> Any:
    """A panel at a place of the design."""
    named = {"tag": tag} if tag else {}
    return dpg.child_window(
        pos=(appearance.px(x), appearance.px(y)),
        width=appearance.px(width),
        height=appearance.px(height),
        no_scrollbar=True,
        **named,
    )


def canvas(appearance: Appearance, tag: str, x: float, y: float, width: float, height: float) -> None:
    """A place to draw on; a drawlist alone does not take a position."""
    with (
        dpg.group(pos=(appearance.px(x), appearance.px(y))),
        dpg.drawlist(width=appearance.px(width), height=appearance.px(height), tag=tag),
    ):
        pass


def set_text_in_line(
    appearance: Appearance, tag: str, words: str, width: float, sizes: tuple[str, ...] = (theme.NORMAL, theme.SMALL)
) -> None:
    """Renew a text in the first of these type sizes in which it is no wider than `width` (in units of the design), else in the last."""
    _set_fitting(appearance, tag, words, (width, math.inf), sizes, wraps=False)


def set_text_in_box(
    appearance: Appearance, tag: str, words: str, width: float, height: float, sizes: tuple[str, ...]
) -> None:
    """The same for a text that is broken into lines, and fits into width and height."""
    _set_fitting(appearance, tag, words, (width, height), sizes, wraps=True)


def _set_fitting(
    appearance: Appearance, tag: str, words: str, room: tuple[float, float], sizes: tuple[str, ...], wraps: bool
) -> None:
    if dpg.get_value(tag) == words and dpg.get_item_user_data(tag) != UNMEASURED:
        return
    dpg.set_value(tag, words)
    size = fitting(appearance, words, room, sizes, wraps)
    dpg.set_item_user_data(tag, UNMEASURED if size is None else None)
    set_font(appearance, tag, size or sizes[0])


def fitting(
    appearance: Appearance, words: str, room: tuple[float, float], sizes: tuple[str, ...], wraps: bool = False
) -> str | None:
    """The first of these type sizes in which words fit into a room (width, height; in units of the design), else the last.

    wraps: they are broken into lines. None where no text can be measured yet: before the first frame with fonts.
    """
    for size in sizes:
        found = _measured(appearance, words, size, room[0] if wraps else None)
        if found is None:
            return None
        if found[0] <= room[0] and found[1] <= room[1]:
            return size
    return sizes[-1]


def fits(appearance: Appearance, words: str, size: str, width: float) -> bool:
    """Whether a line is no wider than `width` (in units of the design) in that type size; also where nothing can be measured yet."""
    found = _measured(appearance, words, size, None)
    return found is None or found[0] <= width


def height_of(appearance: Appearance, words: str, size: str, width: float) -> float:
    """Height of words that are broken into lines (in units of the design); of one line where it cannot be measured yet."""
    found = _measured(appearance, words, size, width)
    return theme.size_px(size, appearance.large_text) if found is None else found[1]


def in_lines(appearance: Appearance, words: str, size: str, width: float) -> str:
    """Words broken at spaces into lines no wider than `width` (in units of the design). Dear PyGui alone breaks behind a decimal point, too.

    Where nothing can be measured yet, they stay one line.
    """
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and not fits(appearance, longer, size, width):
            lines.append(word)
        else:
            lines[-1:] = [longer]
    return "\n".join(lines)


def _measured(appearance: Appearance, words: str, size: str, wrap: float | None) -> tuple[float, float] | None:
    """Width and height of words, in units of the design. A font can be measured from its first frame on; until then its size of the other
    text size tells it."""
    for large in (appearance.large_text, not appearance.large_text):
        font = f"font{theme.size_px(size, large)}"
        ratio = theme.size_px(size, appearance.large_text) / theme.size_px(size, large)
        if dpg.does_item_exist(font):
            found = dpg.get_text_size(words, wrap_width=-1.0 if wrap is None else wrap / ratio, font=font)
            if found is not None:
                return found[0] * ratio, found[1] * ratio
    return None


def set_text(tag: str, words: str) -> None:
    """Renew a text where it has changed."""
    if dpg.get_value(tag) != words:
        dpg.set_value(tag, words)
