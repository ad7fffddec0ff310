"""The two layers of the live screen: what stands where, in units of the design, and how the model's values get into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import dearpygui.dearpygui as dpg
import numpy as np

from runform_live.dashboard import keys, surface, theme
from runform_live.dashboard.goals_model import GoalsModel
from runform_live.dashboard.guide_model import GuideModel
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.surface import Look
from runform_live.messages import SIDES, Side
from runform_live.runtime import topology

CARD_W, CARD_H = 400, 392
PICTURE_W, PICTURE_H = 448, 392
GAP = 8


class Page:
    """One layer; `build` makes its widgets under a parent, `show` renews their values; `press` takes a key that was clicked."""

    def __init__(self, model: DashboardModel, look: Look, press: Callable[[int], None]) -> None:
        self.model, self.look, self.press = model, look, press

    def status_line(self, y: float, height: float, page: str = "live") -> None:
        """Where the run is, what to change, and the keys: at the foot of every layer."""
        with surface.box(self.look, GAP, y, theme.DESIGN_PX[0] - 2 * GAP, height):
            surface.text(self.look, "status", theme.NORMAL, self.look.palette.text, theme.DESIGN_PX[0] - 40)
            surface.text(self.look, "advice", theme.NORMAL, self.look.palette.warn, theme.DESIGN_PX[0] - 40)
            keys.line(self.look, self.model.texts, page, self.press)

    def show_status(self) -> None:
        surface.put("status", self.model.status_words())
        surface.put("advice", self.model.advice() or f"{self.model.sound_words()} · {self.model.record_words()}")
        colour = self.look.palette.warn if self.model.advice() else self.look.palette.quiet
        dpg.configure_item("advice", color=colour)


class RunPage(Page):
    """The first layer, read from the treadmill: two numbers, the picture between them, the last cue."""

    def build(self) -> None:
        palette = self.look.palette
        with surface.box(self.look, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, 66):
            surface.text(self.look, "trained", theme.NORMAL, palette.text, pos=(10, 6))
            surface.text(self.look, "target", theme.NORMAL, palette.quiet, pos=(10, 34))
            surface.text(self.look, "cadence", theme.BIG, palette.text, pos=(630, 10))
            surface.text(self.look, "time", theme.BIG, palette.text, pos=(1030, 10))
        top = 82
        self._card("left", GAP, top)
        with surface.box(self.look, GAP + CARD_W + GAP, top, PICTURE_W, PICTURE_H):
            dpg.add_image("picture", width=self.look.px(PICTURE_W - 16), height=self.look.px(PICTURE_H - 16))
        self._card("right", GAP + CARD_W + GAP + PICTURE_W + GAP, top)
        with surface.box(self.look, GAP, top + CARD_H + GAP, theme.DESIGN_PX[0] - 2 * GAP, 104):
            surface.text(self.look, "cue", theme.LARGE, palette.text, theme.DESIGN_PX[0] - 40)
        self.status_line(top + CARD_H + 104 + 2 * GAP, 720 - (top + CARD_H + 104 + 3 * GAP))

    def _card(self, side: Side, x: float, y: float) -> None:
        palette, look = self.look.palette, self.look
        with surface.box(self.look, x, y, CARD_W, CARD_H):
            surface.text(self.look, f"{side}-title", theme.LARGE, palette.side(side), pos=(12, 6))
            surface.put(f"{side}-title", f"◀ {self.model.texts('live.left')}" if side == "left" else f"{self.model.texts('live.right')} ▶")  # fmt: skip
            surface.text(self.look, f"{side}-value", theme.HUGE, palette.side(side), pos=(8, 66))
            surface.text(self.look, f"{side}-interval", theme.BIG, palette.quiet, pos=(12, 222))
            surface.canvas(look, f"{side}-scale", 12, 278, CARD_W - 24, 40)
            surface.text(self.look, f"{side}-words", theme.LARGE, palette.text, CARD_W - 16, pos=(12, 328))

    def show(self, now_s: float) -> None:
        del now_s
        model, palette = self.model, self.look.palette
        for side in SIDES:
            card = model.card(side)
            surface.put(f"{side}-value", card.value)
            surface.put(
                f"{side}-interval", card.interval or (model.texts("live.no_interval") if card.mean is not None else "")
            )
            surface.put(f"{side}-words", card.words)
            outside = card.judgement in ("above", "below")
            dpg.configure_item(f"{side}-words", color=palette.warn if outside else palette.text)
            self._scale(side, card.mean, card.low, card.high)
        surface.put("trained", model.trained_words())
        surface.put("target", model.target_words(model.trained))
        texts = model.texts
        surface.put("cadence", f"{texts('live.cadence')} {model.cadence_words()}")
        surface.put("time", f"{texts('live.time')} {model.time_words()}")
        surface.put("cue", model.cue_words())
        self.show_status()

    def _scale(self, side: Side, mean: float | None, low: float | None, high: float | None) -> None:
        """The mean on a line with its target zone; the interval is a quiet band."""
        palette, look, tag = self.look.palette, self.look, f"{side}-scale"
        dpg.delete_item(tag, children_only=True)
        width, top, bottom = look.px(CARD_W - 24), look.px(14), look.px(28)

        least, most = self.model.scale

        def at(deg: float) -> float:
            return float(np.clip((deg - least) / (most - least), 0, 1)) * width

        dpg.draw_rectangle((0, top), (width, bottom), fill=palette.scale, color=palette.scale, parent=tag)
        target = self.model.target(self.model.trained)
        if target != (None, None):
            start, end = at(target[0] if target[0] is not None else -90), at(target[1] if target[1] is not None else 90)
            dpg.draw_rectangle((start, top), (end, bottom), fill=palette.target, color=palette.target, parent=tag)
        if low is not None and high is not None:
            band = (*palette.side(side), 90)
            dpg.draw_rectangle((at(low), look.px(18)), (at(high), look.px(24)), fill=band, color=band, parent=tag)
        if mean is not None:
            x = min(max(at(mean), look.px(8)), width - look.px(8))
            colour = palette.side(side)
            dpg.draw_triangle(
                (x, look.px(12)), (x - look.px(9), 0), (x + look.px(9), 0), fill=colour, color=colour, parent=tag
            )
            dpg.draw_line((x, look.px(8)), (x, look.px(36)), color=colour, thickness=look.px(4), parent=tag)


class GuidePage(Page):
    """Before the run: the picture, what must be right with a tick or a cross each, and what to do now."""

    ROWS = 8

    def __init__(self, model: DashboardModel, look: Look, press: Callable[[int], None], guide: GuideModel) -> None:
        super().__init__(model, look, press)
        self._guide = guide

    def build(self) -> None:
        palette, look = self.look.palette, self.look
        with surface.box(look, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, 66):
            surface.text(look, "phase", theme.LARGE, palette.text, pos=(12, 8))
        with surface.box(look, GAP, 82, 560, 500):
            dpg.add_image("picture", width=look.px(544), height=look.px(482))
        with surface.box(look, GAP + 568, 82, theme.DESIGN_PX[0] - 568 - 2 * GAP, 500):
            for row in range(self.ROWS):
                surface.text(look, f"check-{row}", theme.NORMAL, palette.text, 660, pos=(12, 10 + 60 * row))
        self.status_line(590, 720 - 590 - GAP, "guide")

    def show(self, now_s: float) -> None:
        del now_s
        said, palette = self.model.texts, self.look.palette
        surface.put("phase", said(f"guide.{self._guide.phase()}"))
        for row, check in enumerate(self._guide.checks()):
            mark = {"good": "✓", "bad": "✗", "unknown": "…"}[check.state]
            key = f"guide.{check.key}_bad" if check.state == "bad" else f"guide.{check.key}"
            surface.put(f"check-{row}", f"{mark}  {said(key)}")
            colour = {"good": palette.text, "bad": palette.warn, "unknown": palette.quiet}[check.state]
            dpg.configure_item(f"check-{row}", color=colour)
        self.show_status()


class GoalsPage(Page):
    """What the run is measured against: a list to choose from, and what is known of norms."""

    ROWS = 8

    def __init__(self, model: DashboardModel, look: Look, press: Callable[[int], None], goals: GoalsModel) -> None:
        super().__init__(model, look, press)
        self._goals = goals

    def build(self) -> None:
        palette, look, said = self.look.palette, self.look, self.model.texts
        with surface.box(look, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, 574):
            surface.text(look, "goals-title", theme.LARGE, palette.text, 1220)
            surface.put("goals-title", said("goals.title", name=self.model.trained_name()))
            for row, goal in enumerate(self._goals.goals[: self.ROWS]):
                dpg.add_selectable(label=f"{row + 1}   {goal.words}", tag=f"goal-{row}", user_data=dpg.mvKey_1 + row,
                                   callback=lambda _s, _d, key: self.press(key))  # fmt: skip
                surface.set_font(look, f"goal-{row}", theme.NORMAL)
            surface.text(look, "goals-now", theme.LARGE, palette.text, 1220)
            surface.text(look, "goals-feedback", theme.NORMAL, palette.text, 1220)
            surface.text(look, "goals-norm", theme.SMALL, palette.quiet, 1220)
            surface.put(
                "goals-norm",
                said(f"norm.{self.model.trained}") if said.has(f"norm.{self.model.trained}") else said("norm.none"),
            )
        self.status_line(590, 720 - 590 - GAP, "goals")

    def show(self, now_s: float) -> None:
        del now_s
        surface.put("goals-feedback", self.model.feedback_words())
        surface.put("goals-now", self.model.texts("goals.now", words=self.model.target_words(self.model.trained)))
        self.show_status()


class DetailPage(Page):
    """The second layer: every metric, the trend over the session, and how the stages are."""

    COLUMNS = (300, 250, 250)

    def build(self) -> None:
        palette = self.look.palette
        with surface.box(self.look, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, 300):
            heads = (
                "",
                self.model.texts("live.left"),
                self.model.texts("live.right"),
                self.model.texts("live.symmetry"),
            )
            for column, head in enumerate(heads):
                colour = (palette.text, palette.left, palette.right, palette.text)[column]
                surface.text(
                    self.look, f"head-{column}", theme.NORMAL, colour, pos=(12 + sum(self.COLUMNS[:column]), 8)
                )
                surface.put(f"head-{column}", head)
            for row in range(6):
                for column in range(4):
                    colour = (palette.text, palette.left, palette.right, palette.text)[column]
                    place = (12 + sum(self.COLUMNS[:column]), 50 + 40 * row)
                    surface.text(self.look, f"detail-{row}-{column}", theme.NORMAL, colour, pos=place)
        self._plot(GAP, 316, 860, 270)
        with surface.box(self.look, 876, 316, theme.DESIGN_PX[0] - 876 - GAP, 270):
            for stage in topology.STAGES:
                surface.text(self.look, f"health-{stage}", theme.SMALL, palette.quiet)
            surface.text(self.look, "session", theme.SMALL, palette.text)
            surface.text(self.look, "sound", theme.SMALL, palette.text, 380)
            surface.text(self.look, "record", theme.SMALL, palette.text, 380)
        self.status_line(594, 720 - 594 - GAP)

    def _plot(self, x: float, y: float, width: float, height: float) -> None:
        look, texts = self.look, self.model.texts
        with dpg.plot(
            pos=(look.px(x), look.px(y)), width=look.px(width), height=look.px(height), no_menus=True, no_mouse_pos=True,
            tag="plot",
        ):  # fmt: skip
            dpg.add_plot_legend(horizontal=True)
            dpg.add_plot_axis(dpg.mvXAxis, label=texts("live.axis_time"), tag="plot-x")
            with dpg.plot_axis(dpg.mvYAxis, label=texts("live.axis", name=self.model.trained_name()), tag="plot-y"):
                dpg.add_shade_series([], [], y2=[], label=texts("live.target"), tag="plot-target")
                for side in SIDES:
                    dpg.add_line_series([], [], label=texts(f"live.{side}"), tag=f"plot-{side}")
                    dpg.add_scatter_series([], [], tag=f"plot-{side}-dots")
            dpg.set_axis_limits("plot-y", self.model.scale[0] - 2, self.model.scale[1] + 2)
        if dpg.does_item_exist(look.font(theme.SMALL)):
            dpg.bind_item_font("plot", look.font(theme.SMALL))
        self._plot_colours()

    def _plot_colours(self) -> None:
        palette = self.look.palette
        for side in SIDES:
            with dpg.theme() as line, dpg.theme_component(dpg.mvAll):
                for part in (dpg.mvPlotCol_Line, dpg.mvPlotCol_MarkerFill, dpg.mvPlotCol_MarkerOutline):
                    dpg.add_theme_color(part, palette.side(side), category=dpg.mvThemeCat_Plots)
                dpg.add_theme_style(dpg.mvPlotStyleVar_LineWeight, 2.5, category=dpg.mvThemeCat_Plots)
                marker = dpg.mvPlotMarker_Circle if side == "left" else dpg.mvPlotMarker_Square
                dpg.add_theme_style(dpg.mvPlotStyleVar_Marker, marker, category=dpg.mvThemeCat_Plots)
            dpg.bind_item_theme(f"plot-{side}", line)
            dpg.bind_item_theme(f"plot-{side}-dots", line)
        with dpg.theme() as shade, dpg.theme_component(dpg.mvAll):
            dpg.add_theme_color(dpg.mvPlotCol_Fill, (*palette.target, 130), category=dpg.mvThemeCat_Plots)
        dpg.bind_item_theme("plot-target", shade)
        with dpg.theme() as ground, dpg.theme_component(dpg.mvAll):
            for part in (dpg.mvPlotCol_PlotBg, dpg.mvPlotCol_FrameBg, dpg.mvPlotCol_LegendBg):
                dpg.add_theme_color(part, palette.panel, category=dpg.mvThemeCat_Plots)
            for part in (dpg.mvPlotCol_AxisText, dpg.mvPlotCol_LegendText, dpg.mvPlotCol_InlayText):
                dpg.add_theme_color(part, palette.text, category=dpg.mvThemeCat_Plots)
        dpg.bind_item_theme("plot", ground)

    def show(self, now_s: float) -> None:
        model, palette = self.model, self.look.palette
        for row, detail in enumerate(model.details()):
            for column, words in enumerate((detail.name, detail.left, detail.right, detail.difference)):
                surface.put(f"detail-{row}-{column}", words)
        for stage, well, words in model.health_rows(topology.STAGES, now_s):
            surface.put(f"health-{stage}", f"{'●' if well else '▲'} {stage}: {words}")
            dpg.configure_item(f"health-{stage}", color=palette.quiet if well else palette.warn)
        texts = model.texts
        surface.put("session", f"{texts('live.time')} {model.time_words()}    {texts('live.stances')} {model.stances}")
        surface.put("sound", model.sound_words())
        surface.put("record", model.record_words())
        self._show_plot()
        self.show_status()

    def _show_plot(self) -> None:
        newest = self.model.gait.time_s if self.model.gait else 0.0
        low, high = self.model.target(self.model.trained)
        if (low, high) != (None, None):
            ends = [low if low is not None else -90.0] * 2, [high if high is not None else 90.0] * 2
            dpg.set_value("plot-target", [[-1e6, 1e6], ends[0], ends[1]])
        for side in SIDES:
            line = list(self.model.trend(side))
            dpg.set_value(f"plot-{side}", line)
            dpg.set_value(f"plot-{side}-dots", line)
        dpg.set_axis_limits("plot-x", 0.0, max(newest / 60, 0.5))


class EndPage(Page):
    """After the run: what was measured, how sure it is, and what to do next."""

    rows: Sequence[tuple[str, str]] = ()
    report: Path | None = None

    def build(self) -> None:
        palette, look, said = self.look.palette, self.look, self.model.texts
        with surface.box(look, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, theme.DESIGN_PX[1] - 2 * GAP):
            surface.text(look, "title", theme.LARGE, palette.text)
            surface.put("title", said("end.title"))
            for row, (heading, sentence) in enumerate(self.rows):
                surface.text(look, f"end-{row}-head", theme.SMALL, palette.quiet, 1220)
                surface.text(look, f"end-{row}", theme.NORMAL, palette.text, 1220)
                surface.put(f"end-{row}-head", heading)
                surface.put(f"end-{row}", sentence)
            surface.text(look, "report", theme.SMALL, palette.quiet, 1220)
            surface.put("report", said("end.report", path=self.report))
            keys.line(look, said, "end", self.press, theme.NORMAL)
            surface.text(look, "closes", theme.SMALL, palette.quiet)

    def show_end(self, left_s: float | None) -> None:
        surface.put("closes", "" if left_s is None else self.model.texts("end.closes", seconds=max(left_s, 0.0)))


AnyPage = GuidePage | GoalsPage | RunPage | DetailPage
