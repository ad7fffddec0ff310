"""What every page of the home window is, and where it lies."""

from __future__ import annotations

from runform_live.dashboard import theme
from runform_live.dashboard.surface import Look
from runform_live.home.services import Home

GAP = 8
MENU_W = 200  # the column of pages on the left
FOOT_H = 56
PAGE_X, PAGE_Y = MENU_W + 2 * GAP, GAP
PAGE_W, PAGE_H = theme.DESIGN_PX[0] - PAGE_X - GAP, theme.DESIGN_PX[1] - FOOT_H - 3 * GAP  # 1056 x 640


class Page:
    """One page. It is made anew for another look; what must last is kept in its model.

    `build` makes the widgets within a panel of PAGE_W x PAGE_H units, whose origin is the panel's. `show` renews values some ten times a second.
    `close` takes away what does not lie in the panel, such as textures and file dialogs. A page that must be built anew sets `stale`.
    """

    def __init__(self, home: Home, look: Look) -> None:
        self.home, self.look, self.said = home, look, home.said
        self.stale = False

    def build(self) -> None:
        raise NotImplementedError

    def show(self) -> None:
        """Renew what may have changed."""

    def close(self) -> None:
        """Take away what does not lie in the panel."""
