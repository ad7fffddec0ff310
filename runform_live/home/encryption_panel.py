"""The part of the settings page about encryption: its state, the warning, and the fields for passphrases."""

from __future__ import annotations

from collections.abc import Callable

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme, widgets
from runform_live.dashboard.surface import Appearance
from runform_live.encryption import passphrase
from runform_live.home.encryption_model import EncryptionModel
from runform_live.home.page import PAGE_H, PAGE_W
from runform_live.home.services import Home

WIDTH = PAGE_W - 32
FIELD_W, FIELD_H, BUTTON_W = 560, 76, 400
RIGHT_X, RIGHT_W = 600, PAGE_W - 616
LINE_GAP = 10
TAG = "encryption"


class EncryptionPanel:
    """What is shown follows the state of the model; its page builds it anew when that changes."""

    def __init__(self, home: Home, appearance: Appearance, model: EncryptionModel) -> None:
        self.home, self.appearance, self.said, self.model = home, appearance, home.said, model

    def build(self, y: float) -> None:
        appearance, said, model, palette = self.appearance, self.said, self.model, self.appearance.palette
        state = model.state
        bad = palette.warn if state in ("missing", "broken") else None
        y = self._words("state", model.words(), y, theme.NORMAL, bad)
        widgets.text(appearance, f"{TAG}-count", model.count_words(), 16, y, theme.SMALL, palette.quiet)
        y += 34
        if state != "on":  # there the room is for the fields
            y = self._words("about", said("home.encryption.about"), y, theme.SMALL, palette.quiet)
        y = self._words("warning", said("home.encryption.warning"), y, theme.SMALL, palette.warn)
        if state in ("on", "paused", "broken"):
            y = self._words("copy", said("home.encryption.copy", folder=model.folder()), y, theme.SMALL, palette.quiet)
        y += LINE_GAP
        if model.job is not None:
            dpg.add_progress_bar(
                tag=f"{TAG}-bar", pos=(appearance.px(16), appearance.px(y)), width=appearance.px(FIELD_W), height=appearance.px(24)
            )  # fmt: skip
            self._button("stop", "stop", model.stop, 16, y + 44)
        elif state == "off" and not model.busy:
            self._form(y, ("passphrase", "again"), "switch_on", model.switch_on)
        elif state == "paused" and not model.busy:
            self._form(y, ("key_passphrase",), "switch_on", model.switch_on_again)
        elif state == "on" and not model.busy:
            self._form(y, ("current", "new", "again"), "change", model.change)
            self._button("seal", "seal", model.seal, RIGHT_X, y + 26, RIGHT_W, kind="main")
            self._button("off", "switch_off", model.switch_off, RIGHT_X, y + 26 + 60, RIGHT_W)
            dpg.configure_item(f"{TAG}-seal", show=model.can_seal)

    def show(self) -> None:
        """Renew what changes by itself."""
        model = self.model
        if dpg.does_item_exist(f"{TAG}-count"):
            surface.set_text(f"{TAG}-count", model.count_words())
        if dpg.does_item_exist(f"{TAG}-seal"):
            dpg.configure_item(f"{TAG}-seal", show=model.can_seal)
        if dpg.does_item_exist(f"{TAG}-bar") and model.share is not None:
            dpg.set_value(f"{TAG}-bar", model.share)

    def _words(self, name: str, words: str, y: float, size: str, colour: theme.Colour | None) -> float:
        """Words over the whole width. Returns where the next ones begin."""
        lines = surface.in_lines(self.appearance, words, size, WIDTH)
        widgets.text(self.appearance, f"{TAG}-{name}", lines, 16, y, size, colour)
        return y + surface.height_of(self.appearance, lines, size, WIDTH) + LINE_GAP

    def _form(self, y: float, names: tuple[str, ...], button: str, do: Callable[..., object]) -> None:
        """Fields whose letters are not shown, one below the other; the button, or Enter in the last one, takes and empties them."""
        appearance, tags = self.appearance, [f"{TAG}-{name}" for name in names]

        def take() -> None:
            words = [str(dpg.get_value(tag)) for tag in tags]
            for tag in tags:
                dpg.set_value(tag, "")
            do(*words)

        for row, (name, tag) in enumerate(zip(names, tags, strict=True)):
            label = self.said(f"home.encryption.{name}", least=passphrase.SHORTEST)
            top = y + row * FIELD_H
            widgets.text(appearance, f"{tag}-name", label, 16, top, theme.SMALL, appearance.palette.quiet)
            last = row == len(names) - 1
            dpg.add_input_text(
                tag=tag, password=True, on_enter=last, width=appearance.px(FIELD_W), pos=(appearance.px(16), appearance.px(top + 26)),
                callback=self.home.notes.later(lambda *_: take()) if last else None,
            )  # fmt: skip
            widgets.as_field(appearance, tag, dpg.mvInputText)
        self._button(button, button, take, 16, y + len(names) * FIELD_H + 2, kind="main" if len(names) < 3 else "plain")

    def _button(
        self, name: str, key: str, do: Callable[[], object], x: float, y: float, width: float = BUTTON_W, kind: widgets.Kind = "plain"
    ) -> None:  # fmt: skip
        words = self.said(f"home.encryption.{key}")
        widgets.button(
            self.appearance, f"{TAG}-{name}", words, self.home.notes.later(do), x, min(y, PAGE_H - 52), width, kind=kind
        )  # fmt: skip
