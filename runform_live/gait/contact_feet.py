"""Initial contact and toe off from the feet.

A belt carries a standing foot along a straight line in space. In the picture it sinks from behind and rises from in front, at a speed S (trunk
lengths a second, down), and by perspective ever faster or slower: both curves bend down by S^2 / H, where H is the height of the camera above
the belt. The height of a landmark above that line tells how far the foot still is from the ground, or has left it:

- At initial contact the ankle is still 28 mm above its height of mid stance, whether the heel or the forefoot lands first (SD 3 mm).
- At toe off the ball of the foot has risen by 13 mm (SD 2), the heel by 150 (SD 8).

Away from the ground the foot also lags behind the belt, or is ahead of it, and a camera above the belt sees that as height. It grows with S.
So the height of an event in the picture is one number plus another times S. All of them are from real runners on force plates (two runners,
three trials, from behind and in front).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from runform_live.gait.contact_join import LANDING, LEAVING, Belief, Stances
from runform_live.gait.kernels import kernel

Array = npt.NDArray[np.float64]

CAMERA_TRUNKS = 1.9  # height of a camera at the height of the hips
LEAST_NOISE_TRUNKS = 0.002


class Mark(NamedTuple):
    """How a landmark shows an event. Trunk lengths and seconds; each pair is the value of a still belt, and what S adds to it."""

    event: int
    landmark: int
    flat: tuple[float, float]  # when it stands: shares of the contact, from midstance
    height: tuple[float, float]  # above the line of the belt, at the event
    height_sd: float  # from runner to runner
    speed: tuple[
        float, float
    ]  # of its height, at the event; up is positive. The first part grows with the runner's speed
    sigmas: float  # error of its height by a network, in the sigma that it tells


TOE, HEEL, ANKLE = 0, 1, 2
TOE_FLAT = (-0.22, 0.22)
MARKS = (
    Mark(LANDING, ANKLE, (-0.18, 0.0), (0.061, -0.024), 0.005, (-1.31, 0.59), 1.0),
    Mark(LEAVING, TOE, TOE_FLAT, (0.043, 0.0124), 0.006, (1.19, 0.33), 4.0),
    Mark(LEAVING, HEEL, (-0.25, 0.0), (0.285, 0.054), 0.022, (3.82, 0.99), 2.5),
    Mark(LEAVING, ANKLE, (-0.18, 0.0), (0.187, 0.055), 0.010, (2.14, 0.78), 1.5),
)
EVENT_SD_S = (0.010, 0.006)  # of each event, common to all marks of it
USUAL_CONTACT_S, SPEED_BY_CONTACT = 0.28, 1.5  # a faster runner has shorter contacts, by this power
SPEED_SD = 0.4  # of the speed of a mark, as a share
LEAST_SPEED = 0.2  # trunks/s
# Frames so far away from an event say when it was. Where frames are rare, it is at least the frame on each side of it.
NEAR_S, NEAR_FRAMES = 0.045, 1.1
FURTHEST_S = 0.08  # from where it is expected
ROUNDS = 5
SETTLED_S = 1e-12  # of a move: another round would change nothing
FEWEST = 3  # frames about an event


class Feet(NamedTuple):
    """The frames of one leg's last stances. Heights and sigma are trunk lengths, up is positive; NaN is unknown."""

    offsets_s: Array  # (frames,), from the midstance of their stance
    stances: npt.NDArray[np.int64]  # (frames,), number of the stance, from 0
    heights: Array  # (frames, 3: toe, heel, ankle)
    sigma: float  # of these landmarks, as the network tells it


class Belt(NamedTuple):
    """How the belt carries the standing foot in the picture."""

    sink: float  # S, trunks/s
    sink_sd: float
    noise: float  # of the foot's landmarks about the line, in trunk lengths


def belt(feet: Feet, contact_s: float, frame_s: float) -> Belt | None:
    """From the toe while it stands; None with too few frames."""
    half_s = max(TOE_FLAT[1] * contact_s, NEAR_FRAMES * frame_s)
    heights = feet.heights[:, TOE]
    used = (np.abs(feet.offsets_s) <= half_s) & ~np.isnan(heights)
    offsets_s, stances, heights = feet.offsets_s[used], feet.stances[used], heights[used]
    of_stances = Stances(stances)
    freedom = len(heights) - len(of_stances) - 1
    if freedom < 1:
        return None
    away_s, squares_s2 = of_stances.without_means(offsets_s), offsets_s**2
    spread_s2 = float(away_s @ away_s)
    sink = 0.0
    for _ in range(3):
        bent = of_stances.without_means(heights + sink * sink / CAMERA_TRUNKS * squares_s2)
        sink = -float(away_s @ bent) / spread_s2
    missed = bent + sink * away_s
    noise = max(math.sqrt(float(missed @ missed) / freedom), LEAST_NOISE_TRUNKS)
    return Belt(sink, noise / math.sqrt(spread_s2), noise)


def events(feet: Feet, belt: Belt, expected_s: tuple[float, float], frame_s: float) -> Belief:
    """What the feet say of both events, from where they are expected."""
    belief = Belief(np.zeros((2, 2)), np.zeros(2))
    for event, sd_s in enumerate(EVENT_SD_S):
        seen = [
            found
            for mark in MARKS
            if mark.event == event and (found := _seen(mark, feet, belt, expected_s, frame_s)) is not None
        ]
        if seen:
            times_s, own_sds_s, common_sds_s = np.array(seen).T
            weights = 1.0 / (own_sds_s**2 + common_sds_s**2)
            weights /= weights.sum()
            time_s = float(weights @ times_s)
            scatter = (times_s - time_s) ** 2 / (own_sds_s**2 + common_sds_s**2)
            birge = max(1.0, float(scatter.sum()) / max(len(seen) - 1, 1))
            own_sd_s = math.sqrt(birge * float(weights**2 @ own_sds_s**2))
            common_sd_s = math.sqrt(birge) * float(weights @ common_sds_s)
            belief = belief.joined(Belief.of_event(event, time_s, math.hypot(own_sd_s, common_sd_s, sd_s)))
    return belief


def _seen(
    mark: Mark, feet: Feet, belt: Belt, expected_s: tuple[float, float], frame_s: float
) -> tuple[float, float, float] | None:
    """When a landmark has the height of an event, and the standard error of that (s): its own, and what all landmarks of the foot share."""
    contact_s = expected_s[LEAVING] - expected_s[LANDING]
    risen, level_frames = _risen(mark, feet, belt, contact_s, frame_s)
    height = mark.height[0] + mark.height[1] * belt.sink
    speed = mark.speed[0] * (USUAL_CONTACT_S / contact_s) ** SPEED_BY_CONTACT + mark.speed[1] * belt.sink
    if abs(speed) < LEAST_SPEED or speed * mark.speed[0] < 0.0:
        speed = math.copysign(LEAST_SPEED, mark.speed[0])
    at_s, reach_s = expected_s[mark.event], max(NEAR_S, NEAR_FRAMES * frame_s)
    at_s, used_speed, frames = when_at_height(
        feet.offsets_s, risen, at_s, reach_s, height, speed, 1.0 / (SPEED_SD * speed) ** 2, belt.noise
    )
    if math.isnan(at_s):
        return None
    middle_s = at_s - 0.5 * (mark.flat[0] + mark.flat[1]) * contact_s
    error = math.hypot(
        belt.noise * math.sqrt(1.0 / frames + 1.0 / level_frames), belt.sink_sd * middle_s, mark.height_sd
    )
    return at_s, error / abs(used_speed), mark.sigmas * feet.sigma / abs(used_speed)


@kernel("UniTuple(f8,3)(f8[::1],f8[::1],f8,f8,f8,f8,f8,f8)")
def when_at_height(
    offsets_s: Array,
    risen: Array,
    expected_s: float,
    reach_s: float,
    height: float,
    speed: float,
    by_mark: float,
    noise: float,
) -> tuple[float, float, float]:
    """When heights (frames,) reach a height, how fast they do, and by how many frames; the time is NaN where they do not tell.

    expected_s: where it is looked for. speed: by the mark, with the inverse of its variance, `by_mark`.
    """
    at_s, used_speed, frames = expected_s, speed, 0
    for _ in range(ROUNDS):
        frames, away_s, value, along, square = 0, 0.0, 0.0, 0.0, 0.0
        for frame in range(offsets_s.shape[0]):
            if abs(offsets_s[frame] - at_s) < reach_s and not math.isnan(risen[frame]):
                frames += 1
                away_s += offsets_s[frame] - at_s
                value += risen[frame]
        if frames < FEWEST:
            return math.nan, used_speed, float(frames)
        away_s /= frames
        value /= frames
        for frame in range(offsets_s.shape[0]):
            if abs(offsets_s[frame] - at_s) < reach_s and not math.isnan(risen[frame]):
                spread = offsets_s[frame] - at_s - away_s
                square += spread * spread
                along += spread * risen[frame]
        # The speed by these frames and by the mark, weighted by their variances.
        own = square / (noise * noise)
        used_speed = (own * along / max(square, 1e-12) + by_mark * speed) / (own + by_mark)
        if abs(used_speed) < LEAST_SPEED or used_speed * speed < 0.0:
            used_speed = math.copysign(LEAST_SPEED, speed)
        here = value - used_speed * away_s
        before_s = at_s
        at_s += min(max((height - here) / used_speed, -reach_s), reach_s)
        if abs(at_s - expected_s) > FURTHEST_S:
            return math.nan, used_speed, float(frames)
        if abs(at_s - before_s) < SETTLED_S:
            break
    return at_s, used_speed, float(frames)


def _risen(mark: Mark, feet: Feet, belt: Belt, contact_s: float, frame_s: float) -> tuple[Array, int]:
    """Height (frames,) of a landmark above the line of the belt, and how many frames the level of the line is from."""
    begin_s, end_s = (share * contact_s for share in mark.flat)
    begin_s = min(begin_s, end_s - NEAR_FRAMES * frame_s)
    risen = np.empty(len(feet.offsets_s))
    frames = above_line(feet.offsets_s, feet.stances, feet.heights[:, mark.landmark], belt.sink, begin_s, end_s, risen)
    return risen, max(frames, 1)


@kernel("i8(f8[::1],i8[::1],f8[:],f8,f8,f8,f8[::1])")
def above_line(
    offsets_s: Array,
    stances: npt.NDArray[np.int64],
    heights: Array,
    sink: float,
    begin_s: float,
    end_s: float,
    risen: Array,
) -> int:
    """Write the heights (frames,) above the line of the belt, whose level is the mean of each stance between two offsets; NaN unknown.

    Returns the number of frames that tell the level.
    """
    frames = offsets_s.shape[0]
    most = 0
    for frame in range(frames):
        most = max(most, stances[frame])
    sums, counts, used = np.zeros(most + 1), np.zeros(most + 1), 0
    for frame in range(frames):
        away_s = offsets_s[frame]
        risen[frame] = heights[frame] + sink * away_s + sink * sink / CAMERA_TRUNKS * away_s * away_s
        if begin_s <= away_s <= end_s and not math.isnan(risen[frame]):
            sums[stances[frame]] += risen[frame]
            counts[stances[frame]] += 1.0
            used += 1
    for frame in range(frames):
        of = stances[frame]
        risen[frame] = risen[frame] - sums[of] / counts[of] if counts[of] > 0.0 else math.nan
    return used
