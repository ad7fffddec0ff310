"""What a run without a window says of a planned session."""

from __future__ import annotations

import pytest

from runform_live.messages import AtBlock, CoachState
from runform_live.runtime import live


@pytest.mark.parametrize(
    ("block", "line"),
    [
        (AtBlock("warm_up", False, 1, 4, 180.0, 0.0, 600.0), "block 1 of 4: warm-up, 3:00 left"),
        (AtBlock("training", True, 2, 4, 120.0, 180.0, 600.0), "block 2 of 4: with feedback, 2:00 left"),
        (AtBlock("training", False, 3, 4, 90.0, 300.0, 600.0), "block 3 of 4: without feedback, 1:30 left"),
        (AtBlock("retention", False, 4, 4, 60.0, 540.0, 600.0), "block 4 of 4: retention, without feedback, 1:00 left"),
        (AtBlock(None, False, 4, 4, 0.0, 600.0, 600.0), "the planned session is over; Ctrl-C ends the run"),
    ],
)
def test_every_block_has_its_line(block: AtBlock, line: str) -> None:
    assert live.describe(CoachState(muted=False, sound="", block=block)) == line
