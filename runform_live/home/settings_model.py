"""The page of settings: the lines of a group, and how a change is kept. No Dear PyGui here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from runform_live import config, file_names, own_settings, texts
from runform_live.home import settable
from runform_live.home.encryption_model import EncryptionModel
from runform_live.home.services import Home
from runform_live.home.settable import (
    ENCRYPTION,
    GROUPS,
    SETTINGS,
    TYPED,
    Setting,
    Value,
    changes_of,
    ends,
    shown,
    value_of,
)
from runform_live.own_settings import KeyPath
from runform_live.texts import Texts


@dataclass(frozen=True, slots=True)
class Line:
    """A setting as the page shows it."""

    setting: Setting
    label: str
    about: str  # one sentence
    range: str  # what it may be, and what it was delivered as
    value: Value
    changed: bool  # it is not as delivered


class SettingsModel:
    """The chosen group of settings, their values, and what was changed and is not written yet."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.group = GROUPS[0]
        self.version = 0  # goes up when the page must be built anew
        self._waiting: dict[KeyPath, Any] = {}
        self.encryption = EncryptionModel(home, self._show_anew)

    def _show_anew(self) -> None:
        self.version += 1

    def opened(self) -> None:
        """The page is shown. Which file it changes is said where that is not the person's own."""
        if self.group == ENCRYPTION:
            self.encryption.opened()
        file = self.home.file
        if file is not None:
            self.home.tell(self.home.said("home.settings.changes_file", file=file_names.shown(file)))

    def choose_group(self, group: str) -> None:
        self.keep()
        self.group = group
        self.version += 1
        if group == ENCRYPTION:
            self.encryption.opened()

    def lines(self) -> list[Line]:
        """The settings of the chosen group."""
        said, values, delivered = self.home.said, msgspec.to_builtins(self.home.config), config.delivered()
        return [self._line(one, values, delivered, said) for one in SETTINGS if one.group == self.group]

    def _line(self, setting: Setting, values: Mapping[str, Any], delivered: Mapping[str, Any], said: Texts) -> Line:
        now, usual = value_of(setting, values), value_of(setting, delivered)
        words = said("home.settings.delivered", value=shown(setting, usual, said))
        if setting.kind == "number":
            low, high = ends(setting)
            words = said("home.settings.range", low=f"{low:g}", high=f"{high:g}{settable.unit(setting)}") + " " + words
        about = said(f"home.settings.about.{setting.name}")
        return Line(setting, said(f"home.settings.{setting.name}"), about, words, now, now != usual)

    # -- changing -------------------------------------------------------------------------------------------------

    def set(self, setting: Setting, value: Value) -> None:
        """Change a setting; a slider that is dragged and a text that is typed do so many times until `keep` writes it down. Raises BadInput out of range."""
        self._waiting |= changes_of(setting, value)
        if setting.kind not in TYPED:
            self.keep()

    def deliver(self, setting: Setting) -> None:
        """Have it as it was delivered."""
        self._waiting |= dict.fromkeys(setting.key_paths)
        self.keep()
        self.version += 1

    @property
    def waits(self) -> bool:
        """Whether something was changed and is not written yet."""
        return bool(self._waiting)

    def keep(self) -> None:
        """Write what was changed into the person's own file. Raises BadInput; what was refused is given up."""
        if not self._waiting:
            return
        changes, self._waiting = self._waiting, {}
        before = self.home.config.screen.language
        try:
            self.home.config = own_settings.save(changes, self.home.file)
        finally:
            self.version += 1
        if self.home.config.screen.language != before:
            self.home.said, _ = texts.load(self.home.config.screen.language)
        said, file = self.home.said, self.home.file
        self.home.tell(
            said("home.settings.kept") if file is None else said("home.settings.kept_in", file=file_names.shown(file))
        )

    def all_delivered(self) -> None:
        """Have the whole group as it was delivered, after asking."""
        said = self.home.said

        def do() -> None:
            for setting in SETTINGS:
                if setting.group == self.group:
                    self._waiting |= dict.fromkeys(setting.key_paths)
            self.keep()

        group = said(f"home.settings.group.{self.group}")
        self.home.ask(said("home.settings.all_ask", group=group), said("home.settings.all_yes"), do)
