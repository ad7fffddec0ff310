"""Round values for the ticks of an axis, labelled as the language writes numbers. Dear PyGui's own labels know the decimal point only."""

from __future__ import annotations

import math

from runform_live.texts import Texts

ROUND = (1.0, 2.0, 5.0, 10.0)
FEWEST = 4  # steps that fit between the ends of the axis; at most twice as many, and one more


def step(reach: float) -> float:
    """A round number of which at least FEWEST fit into the reach."""
    size = 10.0 ** math.floor(math.log10(reach / FEWEST))
    return max(size * each for each in ROUND if size * each <= reach / FEWEST)


def values(low: float, high: float) -> list[float]:
    """The round values from low to high; none where there is nothing between them."""
    if not high > low:
        return []
    each = step(high - low)
    return [each * number for number in range(math.ceil(low / each), math.floor(high / each) + 1)]


def labelled(low: float, high: float, said: Texts) -> tuple[tuple[str, float], ...]:
    """Labels and values, with as many decimals as the step has."""
    if not high > low:
        return ()
    decimals = max(0, -math.floor(math.log10(step(high - low))))
    return tuple((said.decimal(f"{value + 0.0:.{decimals}f}"), value) for value in values(low, high))
