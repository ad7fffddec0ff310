"""The second layer of the live screen: every metric, the trend over the session, and how the stages are."""

from __future__ import annotations

import dearpygui.dearpygui as dpg

from runform_live.dashboard import change_model, detail_model, number_model, status_model, surface, theme, ticks
from runform_live.dashboard.model import DETAILS
from runform_live.dashboard.page import GAP, Page
from runform_live.messages import SIDES
from runform_live.runtime import topology

SHORTEST_MIN = 0.5  # of the plot's axis of time


class DetailPage(Page):
    """A table, a plot, and the stages."""

    COLUMNS = (276, 174, 174, 192, 204, 204)
    ROW_H = 33

    def build(self) -> None:
        self.table()
        self.plot(GAP, 316, 860, 270)
        with surface.box(self.appearance, 876, 316, theme.DESIGN_PX[0] - 876 - GAP, 270, "aside"):
            self.health()
            surface.text(self.appearance, "sound", theme.SMALL, self.appearance.palette.text, 380)
            surface.text(self.appearance, "record", theme.SMALL, self.appearance.palette.text, 380)
        self.question(876, 316, theme.DESIGN_PX[0] - 876 - GAP, 270, theme.BIG)
        self.status_line(594, 720 - 594 - GAP)

    def health(self) -> None:
        """A line for each stage, and one for the session."""
        for stage in topology.STAGES:
            surface.text(self.appearance, f"health-{stage}", theme.SMALL, self.appearance.palette.quiet)
        surface.text(self.appearance, "session", theme.SMALL, self.appearance.palette.text)

    def table(self) -> None:
        """Every metric, at the top of the window, 300 units high."""
        palette = self.appearance.palette
        colours = (palette.text, palette.left, palette.right, palette.text, palette.left, palette.right)
        with surface.box(self.appearance, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, 300):
            surface.text(self.appearance, "gait", theme.BIG, palette.text, pos=(self._left(0), 6))
            surface.text(self.appearance, "changes", theme.SMALL, palette.quiet, pos=(self._left(4), 4))
            for column, colour in enumerate(colours):
                surface.text(self.appearance, f"head-{column}", theme.NORMAL, colour, pos=(self._left(column), 28))
                for row in range(len(DETAILS)):
                    place = (self._left(column), 62 + self.ROW_H * row)
                    surface.text(self.appearance, f"detail-{row}-{column}", theme.NORMAL, colour, pos=place)
                place = (self._left(column), 62 + self.ROW_H * len(DETAILS))
                surface.text(self.appearance, f"detail-{len(DETAILS)}-{column}", theme.NORMAL, palette.text, pos=place)

    def _left(self, column: int) -> float:
        """Where a column of the table begins."""
        return 12 + sum(self.COLUMNS[:column])

    def plot(self, x: float, y: float, width: float, height: float, small: bool = False) -> None:
        """The trained metric over the session. A small plot has room for nothing else: its page tells what is drawn."""
        appearance, texts = self.appearance, self.model.texts

        def named(key: str) -> str:
            """A name for the legend, or none, so that there is no legend."""
            return "" if small else texts(key)

        with dpg.plot(
            pos=(appearance.px(x), appearance.px(y)), width=appearance.px(width), height=appearance.px(height), no_menus=True, no_mouse_pos=True,
            tag="plot",
        ):  # fmt: skip
            if not small:
                dpg.add_plot_legend(horizontal=True)
            dpg.add_plot_axis(dpg.mvXAxis, label=texts("live.axis_time"), tag="plot-x")
            name = "" if small else texts("live.axis", name=number_model.trained_name(self.model))
            with dpg.plot_axis(dpg.mvYAxis, label=name, tag="plot-y"):
                dpg.add_shade_series([], [], y2=[], label=named("live.target"), tag="plot-target")
                for side in SIDES:
                    dpg.add_line_series([], [], label=named(f"live.{side}"), tag=f"plot-{side}")
                    dpg.add_scatter_series([], [], tag=f"plot-{side}-dots")
        if dpg.does_item_exist(appearance.font(theme.SMALL)):
            dpg.bind_item_font("plot", appearance.font(theme.SMALL))
        self._plot_colours()

    def _plot_colours(self) -> None:
        palette = self.appearance.palette
        for side in SIDES:
            line = f"theme-plot-{side}"
            with surface.theme_in_place(line):
                for part in (dpg.mvPlotCol_Line, dpg.mvPlotCol_MarkerFill, dpg.mvPlotCol_MarkerOutline):
                    dpg.add_theme_color(part, palette.side(side), category=dpg.mvThemeCat_Plots)
                dpg.add_theme_style(dpg.mvPlotStyleVar_LineWeight, 2.5, category=dpg.mvThemeCat_Plots)
                marker = dpg.mvPlotMarker_Circle if side == "left" else dpg.mvPlotMarker_Square
                dpg.add_theme_style(dpg.mvPlotStyleVar_Marker, marker, category=dpg.mvThemeCat_Plots)
            dpg.bind_item_theme(f"plot-{side}", line)
            dpg.bind_item_theme(f"plot-{side}-dots", line)
        with surface.theme_in_place("theme-plot-target"):
            dpg.add_theme_color(dpg.mvPlotCol_Fill, (*palette.target, 130), category=dpg.mvThemeCat_Plots)
        dpg.bind_item_theme("plot-target", "theme-plot-target")
        with surface.theme_in_place("theme-plot"):
            for part in (dpg.mvPlotCol_PlotBg, dpg.mvPlotCol_FrameBg, dpg.mvPlotCol_LegendBg):
                dpg.add_theme_color(part, palette.panel, category=dpg.mvThemeCat_Plots)
            for part in (dpg.mvPlotCol_AxisText, dpg.mvPlotCol_LegendText, dpg.mvPlotCol_InlayText):
                dpg.add_theme_color(part, palette.text, category=dpg.mvThemeCat_Plots)
        dpg.bind_item_theme("plot", "theme-plot")

    def show(self, now_s: float) -> None:
        self.show_measured(now_s)
        surface.set_text("sound", status_model.sound_words(self.model))
        surface.set_text("record", status_model.record_words(self.model))
        self.show_status(now_s)

    def show_measured(self, now_s: float) -> None:
        """Table, plot and health, and the question of where the camera is."""
        model, palette = self.model, self.appearance.palette
        gait, width = status_model.gait_words(model), self.COLUMNS[0] - GAP
        surface.set_text_in_line(self.appearance, "gait", gait, width, (theme.BIG, theme.NORMAL, theme.SMALL))
        surface.set_text("changes", change_model.above_table(model.since_first, model.texts, model.in_other_gait))
        for column, head in enumerate(detail_model.heads(model).cells):
            surface.set_text_in_line(self.appearance, f"head-{column}", head, self.COLUMNS[column] - GAP)
        for row, detail in enumerate(detail_model.rows(model)):
            for column, words in enumerate(detail.cells):
                surface.set_text_in_line(self.appearance, f"detail-{row}-{column}", words, self.COLUMNS[column] - GAP)
        for stage, well, words in detail_model.health_rows(model, topology.STAGES, now_s):
            surface.set_text(f"health-{stage}", f"{'●' if well else '▲'} {stage}: {words}")
            dpg.configure_item(f"health-{stage}", color=palette.quiet if well else palette.warn)
        texts = model.texts
        surface.set_text(
            "session",
            f"{status_model.time_words(model)}    {texts('live.stances')} {model.stances}",
        )
        self._show_plot()
        self.show_question()

    def _show_plot(self) -> None:
        newest = self.model.gait.time_s if self.model.gait else 0.0
        self._axis("plot-y", self.model.scale[0] - 2, self.model.scale[1] + 2)
        low, high = self.model.target(self.model.trained).ends
        if low is None and high is None:
            dpg.set_value("plot-target", [[], [], []])
        else:
            ends = [low if low is not None else -90.0] * 2, [high if high is not None else 90.0] * 2
            dpg.set_value("plot-target", [[-1e6, 1e6], ends[0], ends[1]])
        for side in SIDES:
            line = list(self.model.trend(side))
            dpg.set_value(f"plot-{side}", line)
            dpg.set_value(f"plot-{side}-dots", line)
        self._axis("plot-x", 0.0, max(newest / 60, SHORTEST_MIN))

    def _axis(self, tag: str, low: float, high: float) -> None:
        """The ends of an axis, and its ticks as the language writes them."""
        dpg.set_axis_limits(tag, low, high)
        dpg.set_axis_ticks(tag, ticks.labelled(low, high, self.model.texts))
