"""Choosing files and folders: Dear PyGui's own dialog, which looks alike on every system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import dearpygui.dearpygui as dpg

from runform_live.dashboard.notes import Notes
from runform_live.dashboard.surface import Appearance

WIDTH, HEIGHT = 900, 560


def dialog(
    appearance: Appearance, notes: Notes, tag: str, words: str, chosen: Callable[[list[Path]], object], *,
    endings: Sequence[str] = (), folder: bool = False, name: str = "", start: Path | None = None, several: bool = False,
) -> None:  # fmt: skip
    """Make a dialog that `dpg.show_item(tag)` opens; `chosen` hears the paths, in the thread that draws.

    endings: of the files that are offered, such as ".zip". folder: a folder is chosen. name: of a file that is to be written.
    Delete it with `away` when its page goes: it lies beside the page.
    """

    def heard(_sender: object, found: dict[str, object]) -> None:
        picked = found.get("selections")
        paths = [Path(str(path)) for path in picked.values()] if isinstance(picked, dict) and not folder else []
        if not several or not paths:
            paths = [Path(str(found["file_path_name"]))]
        notes.add(lambda: chosen(paths))

    away(tag)
    with dpg.file_dialog(
        tag=tag, label=words, show=False, modal=True, width=appearance.px(WIDTH), height=appearance.px(HEIGHT), directory_selector=folder,
        default_filename=name or ".", default_path=str(start) if start is not None else "", callback=heard,
        file_count=0 if several else 1,
    ):  # fmt: skip
        for ending in endings:
            dpg.add_file_extension(ending)
        if not name and not folder:
            dpg.add_file_extension(".*")


def with_ending(file: Path, ending: str) -> Path:
    """The file that was named, with an ending such as ".zip" behind its name unless it has it. "P07.v2" keeps its ".v2"."""
    return file if file.suffix.casefold() == ending else file.with_name(f"{file.name}{ending}")


def away(tag: str) -> None:
    """Take a dialog away, where there is one."""
    if dpg.does_item_exist(tag):
        dpg.delete_item(tag)
