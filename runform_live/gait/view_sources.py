"""What each sign of the view is worth: log odds for a view from behind by the mean of some stances.

Two kinds of sources tell the view:

- A motion in the picture whose direction depends on the view: that of the standing toe on a belt, that from one foothold of a walker to
  the next, and the growth of a body that comes nearer. Where there is no such motion, it says nothing.
- The word of a network. Its frames are not independent: a network that takes one person for the wrong way round does so all run long. So
  its word is worth no more than the share of the people with whom it is right.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

MEMORY = 0.95  # weight of a stance when the next one comes


class Sums(msgspec.Struct, frozen=True):
    """Weighted sums of one sign over the stances so far, the last ones most."""

    weight: float = 0.0
    sum: float = 0.0
    square_sum: float = 0.0

    def with_value(self, value: float) -> Sums:
        """After one more stance; NaN: it did not tell."""
        known = not math.isnan(value)
        value = value if known else 0.0
        return Sums(
            weight=self.weight * MEMORY + known,
            sum=self.sum * MEMORY + value,
            square_sum=self.square_sum * MEMORY + value * value,
        )

    @property
    def mean(self) -> float:
        """NaN where no stance told."""
        return self.sum / self.weight if self.weight > 0.0 else math.nan

    def standard_error(self, usual_sd: float) -> float:
        """Of the mean, by the scatter of the stances. usual_sd: of a stance, counts as USUAL_STANCES of them."""
        scatter = max(self.square_sum - self.sum * self.mean, 0.0)
        variance = (scatter + USUAL_STANCES * usual_sd**2) / (self.weight + USUAL_STANCES)
        return math.sqrt(variance / self.weight)


USUAL_STANCES = 3.0


class Motion(NamedTuple):
    """A motion whose direction tells the view. Its size scatters as a log-normal distribution from one person and camera to another."""

    median: float
    log_sd: float
    offset_sd: float  # of what moves by itself, whether there is such a motion or not
    stance_sd: float  # the usual scatter of single stances
    there: float  # prior share of the people with such a motion
    wrong: float  # share of the people with whom it points the wrong way for another reason


# The standing toe, in trunk lengths a second, downwards. A belt of speed v seen by a camera at height h and distance d moves by v h / d. Real
# runners at 2.5 to 4.5 m/s and cameras 0.1 to 1.5 m above the belt: 0.1 to 3.5, and the toe itself adds -0.02 to 0.2. Rendered runs: 1.2 to 2.0.
# Three people who jog in place: -0.13 to 0.08, with a scatter of 0.13 to 0.26 from stance to stance. With the network's toes, four rendered runs
# before a camera 0.25 m above the belt are off by up to 0.5, so such a camera's belt says little.
BELT = Motion(median=1.2, log_sd=0.8, offset_sd=0.25, stance_sd=0.3, there=0.5, wrong=0.015)

# In walking, how much lower in the picture the foot in front is than the one behind, in trunk lengths; negative from behind. Feet that are 0.6 m
# apart, seen by a camera at height h and distance d, differ by 1.2 h / d. A man who steps in place: 0.00, with a scatter of 0.03.
# Which leg stands is less sure in walking than in running, and the other leg says the other view.
LEAD = Motion(median=0.25, log_sd=0.8, offset_sd=0.03, stance_sd=0.06, there=0.5, wrong=0.06)

# The growth of the trunk, as a share of itself a second, negative for somebody who goes away and so is seen from behind. A person who walks
# at 1.3 m/s or runs at 3 m/s, 3 to 10 m from the camera: 0.13 to 1.0. On the spot: -0.02 to 0.03, on a belt -0.01 to 0.01. People also
# step back, and cameras are carried.
AWAY = Motion(median=0.3, log_sd=0.7, offset_sd=0.03, stance_sd=0.15, there=0.2, wrong=0.05)

_QUANTILES = np.array([-2.05, -1.48, -1.13, -0.84, -0.6, -0.39, -0.19, 0.0, 0.19, 0.39, 0.6, 0.84, 1.13, 1.48, 2.05])


@cache
def _sizes(motion: Motion) -> npt.NDArray[np.float64]:
    """Sizes of a motion: its quantiles in one view, then those in the other view, then no motion at all."""
    sizes = motion.median * np.exp(motion.log_sd * _QUANTILES)
    sizes = np.concatenate([sizes, -sizes, [0.0]])
    sizes.flags.writeable = False  # all who ask get the same ones
    return sizes


def motion_log_odds(seen: Sums, motion: Motion) -> float:
    """Log odds for the view in which this motion is positive; 0 where no stance told.

    Three explanations are weighed: the motion of one view, that of the other one, and none at all.
    """
    if seen.weight <= 0.0:
        return 0.0
    sd = math.hypot(motion.offset_sd, seen.standard_error(motion.stance_sd))
    likely = np.exp(-0.5 * ((seen.mean - _sizes(motion)) / sd) ** 2)
    count = len(_QUANTILES)
    one, other = (motion.there * (float(part.sum()) / count) for part in (likely[:count], likely[count:-1]))
    none = (1.0 - motion.there) * float(likely[-1]) + 1e-12
    right, wrong = 1.0 - motion.wrong, motion.wrong
    return math.log((right * one + wrong * other + none) / (right * other + wrong * one + none))


# Share of the people with whom the word of a network is worth nothing, so that it is wrong with half of them. The precise network: wrong
# with 1 of 13 real people and with none of 45 rendered ones, unclear with one. The general network: wrong with none of 12 real people, and
# with 5 of 45 rendered ones, which it was not trained on; real people are what counts.
NETWORK_WORTHLESS, GENERAL_WORTHLESS = 0.12, 0.10


def word_log_odds(seen: Sums, worthless: float) -> float:
    """Log odds for a view from behind by the mean probability that a network gave; 0 where it gave none.

    The mean is that of the stances and of one that says nothing, so a few stances count for less than many.
    """
    if seen.weight <= 0.0:
        return 0.0
    behind = (seen.sum + 0.5) / (seen.weight + 1.0)
    return math.log(
        ((1.0 - worthless) * behind + 0.5 * worthless) / ((1.0 - worthless) * (1.0 - behind) + 0.5 * worthless)
    )
