"""The passes of a network over one region: plain and mirrored, each over a slightly different crop.

A network makes the same error as long as the crop stays the same, and a person who stands still would be levelled by that one error.
With crops that differ the error becomes noise, which the mean over frames removes. The mirrored pass cancels what is lopsided in the
network itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec

from runform_live.pose.regions import Region

# The largest change of a crop: its place and size as shares of the region's side.
CROP_SHIFT, CROP_SCALE, CROP_TURN_RAD = 0.02, 0.05, math.radians(3)
# Fractions of the square roots of 5, 2, 3 and 13: multiples of them fill the range evenly and never repeat together (an additive recurrence).
_STEPS = (0.618034, 0.414214, 0.732051, 0.302776)


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: where the crop lies in the picture, and whether the network gets its mirror image."""

    crop: Region
    mirrored: bool = False


class PassState(msgspec.Struct, frozen=True):
    """What the next passes follow from: how many crops there were, and whether the last single pass was mirrored."""

    crops: int = 0
    last_mirrored: bool = True


def next_passes(region: Region, state: PassState, hurried: bool) -> tuple[list[Pass], PassState]:
    """The passes over a region in the next frame, and the state after them.

    hurried: one pass only, plain and mirrored in turn. A camera that is so fast gives many frames, and their mean holds both.
    """
    which = (not state.last_mirrored,) if hurried else (False, True)
    passes = [Pass(shifted(region, state.crops + k), mirrored) for k, mirrored in enumerate(which, start=1)]
    return passes, PassState(state.crops + len(passes), which[0] if hurried else state.last_mirrored)


def shifted(region: Region, number: int) -> Region:
    """The crop of that number: the region a little elsewhere, larger or smaller, and turned. Crops spread evenly about the region."""
    across, down, size, turn = (2.0 * ((0.5 + number * step) % 1.0) - 1.0 for step in _STEPS)
    return Region(
        region.x_px + CROP_SHIFT * across * region.side_px,
        region.y_px + CROP_SHIFT * down * region.side_px,
        region.side_px * math.exp(CROP_SCALE * size),
        region.turn_rad + CROP_TURN_RAD * turn,
    )
