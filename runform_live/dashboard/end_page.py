"""The screen after the run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dearpygui.dearpygui as dpg

from runform_live.dashboard import keys, surface, theme
from runform_live.dashboard.page import GAP, Page

HEAD_W = 290  # of the column of headings


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
                with dpg.group(horizontal=True, xoffset=look.px(HEAD_W)):
                    surface.text(look, f"end-{row}-head", theme.SMALL, palette.quiet, HEAD_W - GAP)
                    surface.text(
                        look, f"end-{row}", theme.NORMAL, palette.text, theme.DESIGN_PX[0] - 2 * GAP - HEAD_W - 20
                    )
                surface.put(f"end-{row}-head", heading)
                surface.put(f"end-{row}", sentence)
            surface.text(look, "report", theme.SMALL, palette.quiet, 1220)
            surface.put("report", said("end.report", path=self.report))
            keys.line(look, said, "end", self.press, theme.NORMAL)
            surface.text(look, "closes", theme.SMALL, palette.quiet)

    def show_end(self, left_s: float | None) -> None:
        surface.put("closes", "" if left_s is None else self.model.texts("end.closes", seconds=max(left_s, 0.0)))
