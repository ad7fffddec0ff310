"""The time line of the review window: every stance as a bar, cues and notes as marks, and where one is; above it the parts of the run."""

from __future__ import annotations

import dearpygui.dearpygui as dpg

from runform_live.dashboard import review_band, surface
from runform_live.dashboard.review_changes import Part
from runform_live.dashboard.review_model import Mark, ReviewModel
from runform_live.texts import Texts

WIDTH, HEIGHT = 1248, 90  # in units of the design
BARE = 6  # of the height, free above the line where there is no band


class TimeLine:
    """Made inside the window that it belongs to. `draw` after a change of the session, `point` in every frame."""

    def __init__(self, appearance: surface.Appearance, model: ReviewModel, said: Texts, x: float, y: float) -> None:
        self._appearance, self._model, self._said = appearance, model, said
        self._top = review_band.HEIGHT if model.parts else BARE
        surface.canvas(appearance, "line", x, y, WIDTH, HEIGHT)

    def _x(self, at_s: float) -> float:
        """In pixels, from the left end of the line."""
        return self._appearance.px(at_s / max(self._model.end_s, 1e-3) * WIDTH)

    def _x_inside(self, at_s: float) -> float:
        """The same, at an end of the line where the time lies beyond it."""
        return min(max(self._x(at_s), 0.0), float(self._appearance.px(WIDTH)))

    def under_mouse_s(self) -> float | None:
        """The time that the mouse points at; None beside line and band."""
        x, y = self._mouse()
        if 0 <= y <= self._appearance.px(HEIGHT) and 0 <= x <= self._appearance.px(WIDTH):
            return float(x / self._appearance.px(WIDTH) * self._model.end_s)
        return None

    def parts_under_mouse(self) -> list[Part]:
        """The parts of the run on the band that the mouse points at."""
        at_s = self.under_mouse_s()
        on_band = at_s is not None and self._mouse()[1] < self._appearance.px(self._top)
        return self._model.parts_at(at_s) if at_s is not None and on_band else []

    def _mouse(self) -> tuple[float, float]:
        """In pixels, from the upper left corner."""
        left, top = dpg.get_item_rect_min("line")
        x, y = dpg.get_mouse_pos(local=False)
        return x - left, y - top

    def draw(self) -> None:
        """Every stance, left upwards and right downwards, as long as its value, those of a walk beside a run hollow; cues above, notes below."""
        appearance, palette, model = self._appearance, self._appearance.palette, self._model
        dpg.delete_item("line", children_only=True)
        review_band.draw(appearance, "line", model.parts, self._x_inside, self._said)
        dpg.draw_rectangle(
            (0, appearance.px(self._top)),
            (appearance.px(WIDTH), appearance.px(HEIGHT)),
            fill=palette.panel,
            color=palette.scale,
            parent="line",
        )
        marks = model.marks()
        largest = max((abs(mark.value) for mark in marks if mark.value is not None), default=1.0) or 1.0
        for mark in marks:
            self._draw_bar(mark, largest)
        for at_s, _ in model.cues():
            dpg.draw_circle(
                (self._x(at_s), appearance.px(self._top + 5)),
                appearance.px(4),
                fill=palette.text,
                color=palette.text,
                parent="line",
            )
        for at_s, _ in model.notes:
            x = self._x(at_s)
            dpg.draw_rectangle((x - 3, appearance.px(HEIGHT - 9)), (x + 3, appearance.px(HEIGHT - 2)), fill=palette.text,
                               color=palette.text, parent="line")  # fmt: skip
        middle = appearance.px(self._middle)
        dpg.draw_line((0, middle), (appearance.px(WIDTH), middle), color=palette.quiet, parent="line")
        dpg.draw_line((0, 0), (0, appearance.px(HEIGHT)), color=palette.text, thickness=2, parent="line", tag="cursor")

    @property
    def _middle(self) -> float:
        """From where the bars go up and down, in units of the design."""
        return (self._top + HEIGHT) / 2

    def _draw_bar(self, mark: Mark, largest: float) -> None:
        appearance, palette = self._appearance, self._appearance.palette
        longest = (HEIGHT - self._top) / 2 - 6.0
        size = 8.0 if mark.value is None else 6.0 + (longest - 6.0) * abs(mark.value) / largest
        colours = {"outside": palette.warn, "inside": palette.side(mark.side), "unknown": palette.scale}
        end = self._middle + (-size if mark.side == "left" else size)
        top, bottom = sorted((appearance.px(self._middle), appearance.px(end)))
        left, right = self._x(mark.from_s), self._x(mark.until_s)
        colour = colours[mark.place]
        hollow = mark.gait == "walk" and self._model.both_gaits
        fill = palette.panel if hollow else colour
        dpg.draw_rectangle((left, top), (max(right, left + 1), bottom), fill=fill, color=colour, parent="line")

    def point(self) -> None:
        """Put the cursor where the session is shown."""
        x = self._x(self._model.time_s)
        dpg.configure_item("cursor", p1=(x, 0), p2=(x, self._appearance.px(HEIGHT)))
