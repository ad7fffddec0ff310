"""The window before which `runform bench` measures, where there is a screen."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from runform_live.config import Config
from runform_live.doctor.graphics import screen_trouble

if TYPE_CHECKING:
    from runform_live.dashboard.window import Window


@contextlib.contextmanager
def opened(settings: Config) -> Iterator[Window | None]:
    """The window for a block; None where there is no screen."""
    if screen_trouble():
        yield None
        return
    from runform_live.dashboard.window import Window  # only where one is opened

    with contextlib.closing(Window(settings, record_video=True)) as window:
        yield window
