"""What lies between the panels of a page. Without a graphics card the processor fills every pixel, so each is filled once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

Rectangle = tuple[int, int, int, int]  # left, top, right, bottom (px); right and bottom are the first outside


def gaps(size_px: tuple[int, int], panels: Iterable[Rectangle]) -> list[Rectangle]:
    """The parts of a window (width, height) that no panel covers, as rectangles that do not overlap."""
    width, height = size_px
    covered = [
        (max(left, 0), max(top, 0), min(right, width), min(bottom, height)) for left, top, right, bottom in panels
    ]
    edges = sorted({0, height, *(edge for _, top, _, bottom in covered for edge in (top, bottom))})
    found: list[Rectangle] = []
    for top, bottom in itertools.pairwise(edges):
        at = 0
        here = sorted((left, right) for left, above, right, below in covered if above <= top and below >= bottom)
        for left, right in [*here, (width, width)]:
            if left > at:
                found.append((at, top, left, bottom))
            at = max(at, right)
    return found
