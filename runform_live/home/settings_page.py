"""The page of settings: groups above, then a line for each setting: what it is, its control, and what it was delivered with."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme, widgets
from runform_live.dashboard.surface import Appearance
from runform_live.errors import BadInput
from runform_live.home import files
from runform_live.home.encryption_panel import EncryptionPanel
from runform_live.home.page import GAP, PAGE_W, Page
from runform_live.home.services import Home
from runform_live.home.settable import ENCRYPTION, GROUPS, OWN, Setting, choice_words, choices
from runform_live.home.settings_model import Line, SettingsModel

TOP, ROW_H = 128, 84
WORDS_W, CONTROL_X, CONTROL_W = 446, 480, 390
BACK_X = CONTROL_X + CONTROL_W + 16
BACK_W = PAGE_W - BACK_X - 24
TICK_W = 44
MARGIN = 4  # letters, beside the word of a group
PATHS: dict[str, tuple[str, ...]] = {
    "folder": (),
    "picture": (".png", ".jpg", ".jpeg", ".svg"),
}  # kinds: endings of the files


class SettingsPage(Page[SettingsModel]):
    """The settings of one group."""

    def __init__(self, home: Home, appearance: Appearance, model: SettingsModel) -> None:
        super().__init__(home, appearance, model)
        self._encryption = EncryptionPanel(home, appearance, model.encryption)
        self._dragged = ""  # the slider that may be held, or the field that may be typed into

    def build(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        widgets.heading(appearance, "settings-title", said("home.settings.title"))
        self._groups()
        if model.group == ENCRYPTION:
            self._encryption.build(TOP)
        lines = model.lines()
        for row, line in enumerate(lines):
            self._line(line, TOP + row * ROW_H)
        if any(line.changed for line in lines):
            widgets.button(
                appearance, "settings-all", said("home.settings.all"), notes.later(model.all_delivered), PAGE_W - 336, 14, 320, 40,
                sizes=(theme.SMALL,),
            )  # fmt: skip

    def _groups(self) -> None:
        """A button for each group, as wide as its word needs."""
        appearance, model = self.appearance, self.model
        words = {group: self.said(f"home.settings.group.{group}") for group in GROUPS}
        letters = sum(len(word) + MARGIN for word in words.values())
        x, room = 16.0, PAGE_W - 32 - GAP * (len(GROUPS) - 1)
        for group, word in words.items():
            width = room * (len(word) + MARGIN) / letters
            widgets.button(
                appearance, f"settings-group-{group}", word, self.home.notes.later(partial(model.choose_group, group)), x, 70, width,
                kind="chosen" if group == model.group else "quiet",
            )  # fmt: skip
            x += width + GAP

    def _line(self, line: Line, y: float) -> None:
        appearance, notes, setting = self.appearance, self.home.notes, line.setting
        tag = f"settings-{setting.name}"
        widgets.text(appearance, f"{tag}-label", line.label, 16, y, theme.NORMAL)
        widgets.text(appearance, f"{tag}-about", line.about, 16, y + 32, theme.SMALL, appearance.palette.quiet, WORDS_W)
        control = {
            "switch": self._switch, "number": self._number, "choice": self._choice, "folder": self._path, "picture": self._path,
            "text": self._text,
        }  # fmt: skip
        control[setting.kind](tag, line, y)
        if setting.kind not in PATHS:  # its button is there
            widgets.text(
                appearance, f"{tag}-range", line.range, CONTROL_X, y + 50, theme.SMALL, appearance.palette.quiet
            )
        if line.changed:
            widgets.button(
                appearance, f"{tag}-back", self.said("home.settings.deliver"), notes.later(partial(self.model.deliver, setting)), BACK_X,
                y, BACK_W, 44, kind="quiet", sizes=(theme.SMALL,),
            )  # fmt: skip

    # -- controls -------------------------------------------------------------------------------------------------

    def _switch(self, tag: str, line: Line, y: float) -> None:
        words = self.said(f"home.settings.{'on' if line.value else 'off'}")
        widgets.tick(
            self.appearance, tag, words, bool(line.value), self.home.notes.later(partial(self._set, line.setting)), CONTROL_X, y,
        )  # fmt: skip

    def _choice(self, tag: str, line: Line, y: float) -> None:
        appearance, setting = self.appearance, line.setting
        known = choices(setting, line.value)
        words = [choice_words(setting, name, self.said) for name in known]
        dpg.add_combo(
            words, tag=tag, default_value=words[known.index(line.value)], width=appearance.px(CONTROL_W), pos=(appearance.px(CONTROL_X), appearance.px(y)),
            callback=lambda _s, item: self.home.notes.add(lambda: self._chosen(setting, known[words.index(item)])),
        )  # fmt: skip
        widgets.as_field(appearance, tag, dpg.mvCombo)
        if not all(surface.fits(appearance, one, theme.NORMAL, CONTROL_W - 60) for one in words):
            surface.set_font(appearance, tag, theme.SMALL)

    def _number(self, tag: str, line: Line, y: float) -> None:
        appearance, setting, x, width = self.appearance, line.setting, CONTROL_X, CONTROL_W
        if setting.can_be_off:
            widgets.tick(
                appearance, f"{tag}-on", " ", line.value is not None, self.home.notes.later(partial(self._on, setting)), x, y,
            )  # fmt: skip
            x, width = x + TICK_W, width - TICK_W
            if line.value is None:
                widgets.text(
                    appearance, f"{tag}-off", self.said("home.settings.off"), x, y + 4, colour=appearance.palette.quiet
                )
                return
        low, high = min(setting.slider[0], line.value), max(setting.slider[1], line.value)
        unit = setting.unit.replace("%", "%%")
        dpg.add_slider_float(
            tag=tag, default_value=line.value, min_value=low, max_value=high, width=appearance.px(width), pos=(appearance.px(x), appearance.px(y)),
            format=f"%.{setting.decimals}f{unit if unit in ('', '°') else f' {unit}'}",
            callback=lambda _s, value: self.home.notes.add(lambda: self._dragged_to(tag, setting, value)),
        )  # fmt: skip
        widgets.as_field(appearance, tag, dpg.mvSliderFloat)

    def _text(self, tag: str, line: Line, y: float) -> None:
        appearance, setting = self.appearance, line.setting
        dpg.add_input_text(
            tag=tag, default_value=str(line.value), width=appearance.px(CONTROL_W), pos=(appearance.px(CONTROL_X), appearance.px(y)),
            callback=lambda _s, typed: self.home.notes.add(lambda: self._dragged_to(tag, setting, typed)),
        )  # fmt: skip
        widgets.as_field(appearance, tag, dpg.mvInputText)

    def _path(self, tag: str, line: Line, y: float) -> None:
        appearance, said, kind = self.appearance, self.said, line.setting.kind
        surface.text(appearance, f"{tag}-path", theme.SMALL, appearance.palette.text, 0, (CONTROL_X, y))
        path = str(line.value) or said(f"home.settings.usual_{kind}")
        surface.set_text(f"{tag}-path", _end_of(appearance, path, CONTROL_W))
        words = said(f"home.settings.choose_{kind}")
        widgets.button(
            appearance, tag, words, self.home.notes.later(lambda: dpg.show_item(f"{tag}-dialog")), CONTROL_X, y + 30, CONTROL_W, 38,
        )  # fmt: skip
        files.dialog(
            appearance, self.home.notes, f"{tag}-dialog", words, lambda paths: self._set(line.setting, str(paths[0])),
            endings=PATHS[kind], folder=kind == "folder", start=self._start(),
        )  # fmt: skip

    def _start(self) -> Path:
        """Where the search for a folder begins: the nearest one above it that is there."""
        wanted = self.home.sessions
        return next((one for one in (wanted, *wanted.parents) if one.is_dir()), Path())

    # -- changing -------------------------------------------------------------------------------------------------

    def _set(self, setting: Setting, value: object) -> None:
        try:
            self.model.set(setting, value)
        finally:
            self.build_anew()

    def _chosen(self, setting: Setting, name: str) -> None:
        if name != OWN:  # it is chosen already
            self._set(setting, name)

    def _on(self, setting: Setting, on: bool) -> None:
        self.model.set(setting, setting.slider[0] + (setting.slider[1] - setting.slider[0]) / 2 if on else None)
        self.model.keep()

    def _dragged_to(self, tag: str, setting: Setting, value: float | str) -> None:
        self._dragged = tag
        try:
            self.model.set(setting, value if isinstance(value, str) else round(value / setting.step) * setting.step)
        except BadInput:  # typed into the slider: show what holds
            self.build_anew()
            raise

    def show(self) -> None:
        if self.model.group == ENCRYPTION:
            self._encryption.show()
        if self.model.waits and not (
            self._dragged and dpg.does_item_exist(self._dragged) and dpg.is_item_active(self._dragged)
        ):
            self._dragged = ""
            self.home.try_(self.model.keep)

    def close(self) -> None:
        self.home.try_(self.model.keep)
        for name in ("folder", "logo"):
            files.away(f"settings-{name}-dialog")


def _end_of(appearance: Appearance, path: str, width: float) -> str:
    """As much of the end of a path as there is room for."""
    short = path
    while short and not surface.fits(appearance, f"…{short}", theme.SMALL, width):
        short = short[1:]
    return path if surface.fits(appearance, path, theme.SMALL, width) else f"…{short}"
