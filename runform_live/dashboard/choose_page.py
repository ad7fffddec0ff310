"""Before everything: which camera, by what each one shows, or a video file, or the shipped clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import dearpygui.dearpygui as dpg
import numpy as np

from runform_live.capture.listed import MOST_CAMERAS
from runform_live.capture.previews import THUMBNAIL_PX, Preview
from runform_live.dashboard import key_line, surface, theme
from runform_live.dashboard.surface import Appearance
from runform_live.texts import Texts

COLUMNS = 3
TILE_W, TILE_H = 404, 268
MIRRORED_X = 820
MOST_LETTERS = 20  # of a camera's name, beside its number
VIDEO_ENDINGS = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v")


class ChoosePage:
    """Up to six live thumbnails; `numbers` are the cameras that they show, in their order."""

    def __init__(
        self,
        appearance: Appearance,
        said: Texts,
        choose: Callable[[str], None],
        press: Callable[[int], None],
        mirrored: bool = False,
    ) -> None:
        """`choose` notes a source as `--source` takes it, `press` notes a key: both are called from Dear PyGui's thread.

        mirrored: the tick for pictures that are mirrored is set.
        """
        self._appearance, self._said, self._choose, self._press = appearance, said, choose, press
        self.numbers: list[int] = []
        self.mirrored = mirrored

    def build(self) -> None:
        palette, appearance = self._appearance.palette, self._appearance
        with dpg.texture_registry(tag="thumbnails"):
            for slot in range(MOST_CAMERAS):
                black = np.zeros((THUMBNAIL_PX[1], THUMBNAIL_PX[0], 3), np.float32)
                dpg.add_raw_texture(*THUMBNAIL_PX, black, format=dpg.mvFormat_Float_rgb, tag=f"thumbnail-{slot}")
        with surface.box(appearance, 8, 8, theme.DESIGN_PX[0] - 16, 66):
            surface.text(appearance, "choose-title", theme.LARGE, palette.text, pos=(12, 8))
        for slot in range(MOST_CAMERAS):
            x, y = 8 + (slot % COLUMNS) * (TILE_W + 22), 82 + (slot // COLUMNS) * (TILE_H + 8)
            with surface.box(appearance, x, y, TILE_W, TILE_H, tag=f"choose-tile-{slot}"):
                surface.text(appearance, f"choose-{slot}", theme.NORMAL, palette.text, pos=(12, 6))
                dpg.add_image_button(
                    f"thumbnail-{slot}", tag=f"choose-image-{slot}", width=appearance.px(376), height=appearance.px(212),
                    pos=(appearance.px(8), appearance.px(44)), user_data=dpg.mvKey_1 + slot, callback=lambda _s, _d, key: self._press(key)
                )  # fmt: skip
        with surface.box(appearance, 8, 638, theme.DESIGN_PX[0] - 16, 74):
            key_line.line(appearance, self._said, "choose", self._press, theme.LARGE)
            dpg.add_checkbox(
                label=self._said("choose.mirrored"), tag="choose-mirrored", default_value=self.mirrored,
                pos=(appearance.px(MIRRORED_X), appearance.px(18)), callback=lambda *_: self._press(dpg.mvKey_M),
            )  # fmt: skip
            surface.set_font(appearance, "choose-mirrored", theme.NORMAL)
        with dpg.file_dialog(
            tag="choose-file", show=False, modal=True, width=appearance.px(900), height=appearance.px(560),
            callback=lambda _s, found: self._choose(str(found["file_path_name"])),
        ):  # fmt: skip
            dpg.add_file_extension("Video{" + ",".join(VIDEO_ENDINGS) + "}")
            dpg.add_file_extension(".*")

    def show(self, seen: Sequence[Preview]) -> None:
        """Renew the thumbnails."""
        self.numbers = [preview.number for preview in seen[:MOST_CAMERAS]]
        surface.set_text("choose-title", self._said("choose.title" if seen else "choose.nothing"))
        for slot in range(MOST_CAMERAS):
            there = slot < len(self.numbers)
            surface.set_text(f"choose-{slot}", self._caption(slot, seen[slot]) if there else "")
            dpg.configure_item(f"choose-tile-{slot}", show=there)
            if there:
                thumbnail = cv2.flip(seen[slot].thumbnail, 1) if self.mirrored else seen[slot].thumbnail
                picture = cv2.cvtColor(thumbnail, cv2.COLOR_BGR2RGB)
                dpg.set_value(f"thumbnail-{slot}", picture.astype(np.float32) / 255)

    def _caption(self, slot: int, preview: Preview) -> str:
        caption = self._said("choose.camera", press=slot + 1, number=preview.number)
        name = preview.name if len(preview.name) <= MOST_LETTERS else f"{preview.name[: MOST_LETTERS - 1]}…"
        return f"{caption}   {name}" if name else caption

    def tick_mirrored(self, mirrored: bool) -> None:
        """Set the tick; the thumbnails follow it."""
        self.mirrored = mirrored
        dpg.set_value("choose-mirrored", mirrored)

    def take(self, slot: int) -> None:
        """Choose a thumbnail, counted from 0, where there is one."""
        if slot < len(self.numbers):
            self._choose(str(self.numbers[slot]))

    def ask_for_file(self) -> None:
        dpg.show_item("choose-file")

    @property
    def asks_for_file(self) -> bool:
        return bool(dpg.is_item_shown("choose-file"))

    def close(self) -> None:
        """Take away what does not lie in the page itself."""
        dpg.delete_item("choose-file")
        dpg.delete_item("thumbnails")
