"""The page of progress: one sentence on top, a large plot over the sessions, and below it what was held and what hurt."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import dearpygui.dearpygui as dpg

from runform_live import places
from runform_live.dashboard import surface, theme, widgets
from runform_live.dashboard.surface import Appearance
from runform_live.home import files
from runform_live.home.page import PAGE_H, PAGE_W, Page
from runform_live.home.progress_model import METRICS, Cell, ProgressModel
from runform_live.home.progress_panels import Mark, Panel, Scale

EDGE = 16
WIDTH = PAGE_W - 2 * EDGE
METRIC_Y, SENTENCE_Y, BELOW_Y, PLOT_Y, LEGEND_Y, CELLS_Y = 72, 120, 184, 212, 466, 492
PLOT_H = LEGEND_Y - PLOT_Y - 4
AXIS_W, TITLE_H, NUMBERS_H = 72, 26, 26
FOOT_Y = PAGE_H - 70
CONTROL_W, SAVE_W, CELL_HEAD_W = 390, 200, 120
BAR, DOT, HEAD = 2.0, 6.0, 5.0
SHORTEST_ARROW = 8.0  # of a change within a session that is not sure: less is clutter


class ProgressPage(Page[ProgressModel]):
    """Client, metric, sentence, plot, sessions; the baseline and what was the same at the foot."""

    # -- building -------------------------------------------------------------------------------------------------

    def build(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        widgets.heading(appearance, "progress-title", said("home.progress.title"))
        if model.clients:
            widgets.choice(
                appearance, "progress-client", said("home.progress.client"), model.clients, model.client or "", notes.later(model.choose),
                PAGE_W - EDGE - CONTROL_W, 2, CONTROL_W,
            )  # fmt: skip
        if not model.has_sessions:
            widgets.text(appearance, "progress-sentence", model.sentence(), EDGE, SENTENCE_Y, wrap=WIDTH)
            return
        self._metrics()
        self._sentence()
        surface.text(appearance, "progress-below", theme.SMALL, appearance.palette.quiet, 0, (EDGE, BELOW_Y))
        surface.set_text_in_line(appearance, "progress-below", model.below(), WIDTH, (theme.SMALL,))
        self._plots()
        self._cells(model.cells())
        self._foot()

    def _metrics(self) -> None:
        width = (WIDTH - 6 * 8) / len(METRICS)
        for column, metric in enumerate(METRICS):
            widgets.button(
                self.appearance, f"progress-{metric}", self.said(f"home.progress.metric.{metric}"),
                self.home.notes.later(partial(self.model.show_metric, metric)), EDGE + column * (width + 8), METRIC_Y, width, 40,
                kind="chosen" if metric == self.model.metric else "plain", sizes=(theme.SMALL,),
            )  # fmt: skip

    def _sentence(self) -> None:
        """In the larger type where no line of it has to be broken."""
        words = self.model.sentence()
        fit = all(surface.fits(self.appearance, line, theme.NORMAL, WIDTH) for line in words.splitlines())
        widgets.text(
            self.appearance,
            "progress-sentence",
            words,
            EDGE,
            SENTENCE_Y,
            theme.NORMAL if fit else theme.SMALL,
            wrap=WIDTH,
        )

    def _cells(self, cells: list[Cell]) -> None:
        """Day, programme and pain of each session."""
        width = (WIDTH - CELL_HEAD_W) / max(len(cells), 6)
        for row, name in enumerate(("day", "programme", "pain")):
            y = CELLS_Y + row * 25
            self._cell(f"progress-{name}", self.said(f"home.progress.{name}"), EDGE, y, CELL_HEAD_W)
            for column, cell in enumerate(cells):
                words = (cell.day, cell.programme, cell.pain)[row]
                self._cell(f"progress-{name}-{column}", words, EDGE + CELL_HEAD_W + column * width, y, width)

    def _cell(self, tag: str, words: str, x: float, y: float, width: float) -> None:
        palette = self.appearance.palette
        surface.text(self.appearance, tag, theme.SMALL, palette.text if "-day-" in tag else palette.quiet, 0, (x, y))
        surface.set_text_in_line(self.appearance, tag, words, width, (theme.SMALL,))

    def _foot(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        widgets.choice(
            appearance, "progress-baseline", said("home.progress.baseline"), model.baselines, model.chosen_baseline,
            notes.later(model.choose_baseline), EDGE, FOOT_Y, CONTROL_W,
        )  # fmt: skip
        widgets.tick(
            appearance, "progress-same", said("home.progress.same"), model.same_setup, notes.later(model.say_same_setup),
            EDGE + CONTROL_W + 24, FOOT_Y + 26, WIDTH - CONTROL_W - SAVE_W - 48,
        )  # fmt: skip
        widgets.button(
            appearance, "progress-save", said("home.progress.save"), notes.later(lambda: dpg.show_item("progress-save-file")),
            PAGE_W - EDGE - SAVE_W, FOOT_Y + 18, SAVE_W,
        )  # fmt: skip
        files.dialog(
            appearance, notes, "progress-save-file", said("home.progress.save"), self._save, endings=(".html",), name=model.file_name(),
            start=places.home() or Path(),
        )  # fmt: skip

    def _save(self, chosen: list[Path]) -> None:
        file = chosen[0]
        self.model.save(file if file.suffix else file.with_suffix(".html"))

    def close(self) -> None:
        files.away("progress-save-file")

    # -- the plot -------------------------------------------------------------------------------------------------

    def _plots(self) -> None:
        panels = self.model.panels()
        if not panels:
            return
        scale, appearance = self.model.scale(), self.appearance
        width = (WIDTH - (len(panels) - 1) * 16) / len(panels)
        for number, panel in enumerate(panels):
            tag = f"progress-plot-{panel.column}"
            surface.canvas(appearance, tag, EDGE + number * (width + 16), PLOT_Y, width, PLOT_H)
            _Drawn(appearance, tag, width, scale, self._count()).panel(panel)
        surface.text(appearance, "progress-legend", theme.SMALL, appearance.palette.quiet, 0, (EDGE, LEGEND_Y))
        surface.set_text_in_line(appearance, "progress-legend", self.model.legend(), WIDTH, (theme.SMALL,))

    def _count(self) -> int:
        return len(self.model.found.points) if self.model.found is not None else 0

    # -- every so often -------------------------------------------------------------------------------------------

    def show(self) -> None:
        if not self.model.has_sessions:
            surface.set_text("progress-sentence", self.model.sentence())


class _Drawn:
    """Draws one panel onto a canvas, in units of the design."""

    def __init__(self, appearance: Appearance, tag: str, width: float, scale: Scale, count: int) -> None:
        self.appearance, self.tag, self.scale, self.count = appearance, tag, scale, max(count, 1)
        self.left, self.right, self.top, self.bottom = AXIS_W, width - 4, TITLE_H, PLOT_H - NUMBERS_H

    def panel(self, panel: Panel) -> None:
        palette = self.appearance.palette
        colour = palette.text if panel.column == "both" else palette.side(panel.column)
        self._words(panel.title, (self.left, 0), colour)
        self._grid()
        for place, low, high in panel.band:
            half = (self.right - self.left) / self.count / 2
            x = self._x(place)
            self._box((x - half, self._y(high)), (x + half, self._y(low)), (*colour, 46))
        for end in panel.target.ends:
            if end is not None:
                self._line((self.left, self._y(end)), (self.right, self._y(end)), palette.target, 3.0)
        if panel.baseline is not None:
            self._line((self.left, self._y(panel.baseline)), (self.right, self._y(panel.baseline)), colour, 1.0)
        for mark in panel.marks:
            self._mark(mark, colour, square=panel.column == "right")

    def _grid(self) -> None:
        palette = self.appearance.palette
        for value, words in self.scale.ticks:
            self._line((self.left, self._y(value)), (self.right, self._y(value)), palette.scale, 1.0)
            self._words(words, (4, self._y(value) - 10), palette.quiet)
        every = max(1, -(-self.count * 28 // round(self.right - self.left)))
        for place in range(0, self.count, every):
            self._words(f"{place + 1}", (self._x(place) - 5, self.bottom + 4), palette.quiet)

    def _mark(self, mark: Mark, colour: theme.Colour, square: bool) -> None:
        x, y = self._x(mark.place), self._y(mark.value)
        if mark.low is not None and mark.high is not None:
            self._line((x, self._y(mark.low)), (x, self._y(mark.high)), colour, BAR)
            for end in (mark.low, mark.high):
                self._line((x - 5, self._y(end)), (x + 5, self._y(end)), colour, BAR)
        fill = self.appearance.palette.panel if mark.hollow else colour
        size = DOT + (2.0 if mark.changed else 0.0)
        if square:
            self._box((x - size, y - size), (x + size, y + size), fill, edge=colour)
        else:
            dpg.draw_circle(
                self._at((x, y)),
                self.appearance.px(size),
                color=colour,
                fill=fill,
                thickness=self.appearance.px(BAR),
                parent=self.tag,
            )
        if mark.arrow is not None:
            y_from, y_to = (self._y(end) for end in mark.arrow)
            if mark.arrow_sure or abs(y_from - y_to) >= SHORTEST_ARROW:
                self._arrow(x + 14, y_from, y_to, colour, mark.arrow_sure)

    def _arrow(self, x: float, y_from: float, y_to: float, colour: theme.Colour, sure: bool) -> None:
        """What changed within the session; without a head where it is not sure."""
        self._line((x, y_from), (x, y_to), colour, 3.0 if sure else 1.0)
        if sure:
            back = HEAD if y_to < y_from else -HEAD
            for across in (-HEAD, HEAD):
                self._line((x, y_to), (x + across, y_to + back), colour, 3.0)

    # -- units ----------------------------------------------------------------------------------------------------

    def _x(self, place: int) -> float:
        return self.left + (place + 0.5) * (self.right - self.left) / self.count

    def _y(self, value: float) -> float:
        share = (value - self.scale.low) / (self.scale.high - self.scale.low)
        return self.bottom - share * (self.bottom - self.top)

    def _at(self, place: tuple[float, float]) -> tuple[int, int]:
        return self.appearance.px(place[0]), self.appearance.px(place[1])

    def _line(self, start: tuple[float, float], end: tuple[float, float], colour: theme.Colour, width: float) -> None:
        dpg.draw_line(
            self._at(start),
            self._at(end),
            color=colour,
            thickness=max(1.0, self.appearance.scale * width),
            parent=self.tag,
        )

    def _box(
        self,
        low: tuple[float, float],
        high: tuple[float, float],
        fill: tuple[int, ...],
        edge: tuple[int, ...] | None = None,
    ) -> None:
        dpg.draw_rectangle(
            self._at(low),
            self._at(high),
            fill=fill,
            color=edge or (0, 0, 0, 0),
            thickness=self.appearance.px(BAR),
            parent=self.tag,
        )

    def _words(self, words: str, place: tuple[float, float], colour: theme.Colour) -> None:
        size = theme.size_px(theme.SMALL, self.appearance.large_text) * self.appearance.scale
        dpg.draw_text(self._at(place), words, size=size, color=colour, parent=self.tag)
