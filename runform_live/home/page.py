"""What every page of the home window is, and where it lies."""

from __future__ import annotations

from typing import Generic, TypeVar

from runform_live.dashboard import theme
from runform_live.dashboard.surface import Appearance
from runform_live.home.services import Home, Model

M = TypeVar("M", bound=Model)

GAP = 8
MENU_W = 200  # the column of pages on the left
FOOT_H = 56
PAGE_X, PAGE_Y = MENU_W + 2 * GAP, GAP
PAGE_W, PAGE_H = theme.DESIGN_PX[0] - PAGE_X - GAP, theme.DESIGN_PX[1] - FOOT_H - 3 * GAP  # 1056 x 640


class Page(Generic[M]):
    """One page. It is made anew for another appearance; what must last is kept in its model.

    `build` makes the widgets within a panel of PAGE_W x PAGE_H units, whose origin is the panel's. `show` renews values some ten times a second.
    `close` takes away what does not lie in the panel, such as textures and file dialogs.
    """

    def __init__(self, home: Home, appearance: Appearance, model: M) -> None:
        self.home, self.appearance, self.said, self.model = home, appearance, home.said, model
        self._of_version, self._anew = model.version, False

    @property
    def stale(self) -> bool:
        """Whether it must be built anew: its model has another version, or it asked for that itself."""
        return self._anew or self.model.version != self._of_version

    def build_anew(self) -> None:
        """Show what the model holds, whatever the widgets show."""
        self._anew = True

    def build(self) -> None:
        raise NotImplementedError

    def show(self) -> None:
        """Renew what may have changed."""

    def close(self) -> None:
        """Take away what does not lie in the panel."""
