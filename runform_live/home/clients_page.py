"""The page of clients: the list on the left, the chosen one on the right."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import dearpygui.dearpygui as dpg

from runform_live import places
from runform_live.dashboard import surface, theme, widgets
from runform_live.dashboard.surface import Appearance
from runform_live.home import files
from runform_live.home.clients_model import ClientsModel
from runform_live.home.page import PAGE_H, PAGE_W, Page
from runform_live.home.services import Home

LIST_W = 310
FORM_X, FORM_W = LIST_W + 40, PAGE_W - LIST_W - 56
HALF_W = (FORM_W - 16) / 2
SEXES = ("", "female", "male", "other")
SIDES = ("", "left", "right", "both", "none")
ARCHIVE = ".zip"


class ClientsPage(Page[ClientsModel]):
    """Names, form, and what can be done with a client."""

    def __init__(self, home: Home, appearance: Appearance, model: ClientsModel) -> None:
        super().__init__(home, appearance, model)
        self._shown: list[tuple[str, str]] | None = None

    # -- building -------------------------------------------------------------------------------------------------

    def build(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        widgets.heading(appearance, "clients-title", said("home.clients.title"))
        dpg.add_input_text(
            tag="clients-search", hint=said("home.clients.search"), default_value=model.search, width=appearance.px(LIST_W),
            pos=(appearance.px(16), appearance.px(72)), callback=lambda _s, typed: notes.add(partial(self._search, typed)),
        )  # fmt: skip
        widgets.as_field(appearance, "clients-search", dpg.mvInputText)
        with surface.box(appearance, 16, 124, LIST_W, PAGE_H - 124 - 124, tag="clients-list"):
            pass
        dpg.configure_item("clients-list", no_scrollbar=False)
        widgets.button(
            appearance,
            "clients-new",
            said("home.clients.new"),
            notes.later(model.new),
            16,
            PAGE_H - 112,
            LIST_W,
            kind="main",
        )
        widgets.button(
            appearance, "clients-import", said("home.clients.import"), notes.later(lambda: dpg.show_item("clients-import-file")), 16,
            PAGE_H - 60, LIST_W,
        )  # fmt: skip
        start = places.home() or Path()
        files.dialog(
            appearance, notes, "clients-import-file", said("home.clients.import"), self._take_in, endings=(ARCHIVE,), start=start
        )  # fmt: skip
        if model.editing:
            self._form()
            files.dialog(
                appearance, notes, "clients-export-file", said("home.clients.export"), self._export, endings=(ARCHIVE,),
                name=model.archive_name(), start=start,
            )  # fmt: skip
        elif model.loaded and not model.clients:
            widgets.text(appearance, "clients-none", said("home.clients.none"), FORM_X, 84, wrap=FORM_W)

    def _form(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        left, right = FORM_X, FORM_X + HALF_W + 16

        def field(name: str, x: float, y: float, width: float = HALF_W, lines: int = 1) -> None:
            words = said(f"home.clients.field.{name}")
            widgets.field(
                appearance, f"clients-{name}", words, model.form[name], notes.later(partial(model.type, name)), x, y, width, lines=lines,
            )  # fmt: skip

        def choice(name: str, items: tuple[str, ...], x: float, y: float) -> None:
            words = [said(f"home.clients.{name}.{item}") if item else "-" for item in items]
            value = words[items.index(model.form[name])]
            widgets.choice(
                appearance, f"clients-{name}", said(f"home.clients.field.{name}"), words, value,
                notes.later(lambda number: model.type(name, items[number])), x, y, HALF_W,
            )  # fmt: skip

        field("pseudonym", left, 64)
        field("name", right, 64)
        field("height_m", left, 138)
        field("mass_kg", right, 138)
        field("born", left, 212)
        choice("sex", SEXES, right, 212)
        choice("painful_side", SIDES, left, 286)
        field("painful_place", right, 286)
        field("notes", left, 360, FORM_W, lines=2)
        day = model.form["consent_on"]
        words = said("home.clients.consent_on", day=day) if day else said("home.clients.consent")
        widgets.tick(appearance, "clients-consent", words, bool(day), notes.later(model.consent), left, 462, FORM_W)
        widgets.button(
            appearance, "clients-save", said("home.clients.save"), notes.later(model.save), left, 520, 190, kind="main"
        )
        if model.chosen is None:
            return
        acts: tuple[tuple[str, widgets.Click], ...] = (
            ("run", partial(self.home.go, "run", model.chosen)),
            ("progress", partial(self.home.go, "progress", model.chosen)),
            ("export", lambda: dpg.show_item("clients-export-file")),
            ("erase", model.erase),
        )
        for column, (name, act) in enumerate(acts):
            widgets.button(
                appearance, f"clients-{name}", said(f"home.clients.{name}"), notes.later(act), left + column * 172, PAGE_H - 60, 164,
                kind="danger" if name == "erase" else "plain",
            )  # fmt: skip

    def close(self) -> None:
        files.away("clients-import-file")
        files.away("clients-export-file")

    # -- every so often -------------------------------------------------------------------------------------------

    def show(self) -> None:
        rows = self.model.rows()
        if rows != self._shown:
            self._shown = rows
            self._show_rows(rows)

    def _show_rows(self, rows: list[tuple[str, str]]) -> None:
        appearance, notes, model = self.appearance, self.home.notes, self.model
        dpg.delete_item("clients-list", children_only=True)
        dpg.push_container_stack("clients-list")
        for number, (pseudonym, words) in enumerate(rows):
            y = 4 + number * 62
            widgets.button(
                appearance, f"clients-row-{number}", " ", notes.later(partial(model.choose, pseudonym)), 4, y, LIST_W - 30, 58,
                kind="chosen" if pseudonym == model.chosen else "quiet",
            )  # fmt: skip
            widgets.text(appearance, f"clients-row-{number}-name", pseudonym, 16, y + 4)
            widgets.text(
                appearance, f"clients-row-{number}-words", words, 16, y + 32, theme.SMALL, appearance.palette.quiet
            )
        dpg.pop_container_stack()

    def _search(self, typed: str) -> None:
        self.model.search = typed

    def _take_in(self, paths: list[Path]) -> None:
        self.model.take_in(paths[0])

    def _export(self, paths: list[Path]) -> None:
        self.model.export(files.with_ending(paths[0], ARCHIVE))
