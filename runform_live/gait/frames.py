"""The ring of recent frames, raw and smoothed, and the one kernel call that each new frame costs."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait import channels, geometry, smoothing, steps
from runform_live.gait.kernels import kernel

RING = 2048  # frames; over 8 s at 240 frames a second
FRAMES_IN, NEXT_CENTRE = 0, 1
MOST_LOWS = 4
WIDER = 1.35  # the smoother reaches beside lost frames: over two of 30 a second
SHORT_GAP_S = 0.13  # two lost frames of 24 a second; across more the curve of a stance is a guess


@kernel("void(i8[::1],f8[::1],f8[:,::1],f8,f8[::1])")
def append(
    counters: npt.NDArray[np.int64],
    times_s: npt.NDArray[np.float64],
    raw: npt.NDArray[np.float64],
    time_s: float,
    row: npt.NDArray[np.float64],
) -> None:
    """Put one frame's channels into the ring."""
    at = counters[FRAMES_IN] % times_s.shape[0]
    times_s[at] = time_s
    raw[at] = row
    counters[FRAMES_IN] += 1


@kernel("UniTuple(i8,2)(f8[::1],i8,i8,f8)")
def within(times_s: npt.NDArray[np.float64], newest: int, centre: int, half_width_s: float) -> tuple[int, int]:
    """First and last frame (ring counts) that are less than half_width_s away from the centre one."""
    ring = times_s.shape[0]
    at_s = times_s[centre % ring]
    first, last = centre, centre
    while first > 0 and first > newest - ring + 1 and at_s - times_s[(first - 1) % ring] < half_width_s:
        first -= 1
    while last < newest and times_s[(last + 1) % ring] - at_s < half_width_s:
        last += 1
    return first, last


@kernel("UniTuple(i8,2)(f8[:,::1],i8,i8,i8)")
def known_beside(raw: npt.NDArray[np.float64], first: int, centre: int, last: int) -> tuple[int, int]:
    """How many frames before and after the centre one show the trunk."""
    ring = raw.shape[0]
    before = after = 0
    for frame in range(first, last + 1):
        if frame != centre and not math.isnan(raw[frame % ring, channels.TRUNK_Y]):
            if frame < centre:
                before += 1
            else:
                after += 1
    return before, after


@kernel("b1(f8[::1],f8[:,::1],i8,i8)")
def beside_bridged_hole(
    times_s: npt.NDArray[np.float64], raw: npt.NDArray[np.float64], newest: int, centre: int
) -> bool:
    """Whether the centre frame shows the trunk, and so does one on either side that is no further away than steps go on across."""
    ring = times_s.shape[0]
    if math.isnan(raw[centre % ring, channels.TRUNK_Y]):
        return False
    first, last = within(times_s, newest, centre, steps.LONGEST_HOLE_S)
    before, after = known_beside(raw, first, centre, last)
    return before > 0 and after > 0


@kernel("i8(i8[::1],f8[::1],f8[:,::1],f8[:,::1],f8[:,::1],f8[::1],f8,f8,f8[:,::1])")
def advance(
    counters: npt.NDArray[np.int64],
    times_s: npt.NDArray[np.float64],
    raw: npt.NDArray[np.float64],
    smooth: npt.NDArray[np.float64],
    slope: npt.NDArray[np.float64],
    turn_state: npt.NDArray[np.float64],
    half_width_s: float,
    lag_s: float,
    lows_out: npt.NDArray[np.float64],
) -> int:
    """Smooth the frames that are now lag_s old and follow the trunk in them. Beside lost frames the smoother reaches further.

    Returns how many lowest points became certain; each row of `lows_out` (MOST_LOWS, 2) gets the time and the fall of one
    (see `steps.turn`).
    """
    ring = times_s.shape[0]
    newest = counters[FRAMES_IN] - 1
    time_s = times_s[newest % ring]
    found = 0
    while counters[NEXT_CENTRE] <= newest:
        centre = counters[NEXT_CENTRE]
        at = centre % ring
        if times_s[at] > time_s - lag_s:
            break
        width_s = half_width_s
        first, last = within(times_s, newest, centre, width_s)
        before, after = known_beside(raw, first, centre, last)
        if before + after + 1 < smoothing.FEWEST:
            width_s = WIDER * half_width_s
            wide_first, wide_last = within(times_s, newest, centre, width_s)
            before, after = known_beside(raw, wide_first, centre, wide_last)
            beside = beside_bridged_hole(times_s, raw, newest, centre)
            if beside and lag_s > 0.0 and time_s - times_s[at] < width_s - 1e-3:
                break  # the frames on the far side of the hole are not enough yet, and more are to come
            if beside or (before > 0 and after > 0):
                first, last = wide_first, wide_last
            else:
                width_s = half_width_s
        smoothing.local_quadratic(times_s, raw, first, last, times_s[at], width_s, smooth[at], slope[at])
        counters[NEXT_CENTRE] = centre + 1
        turned = steps.turn(
            turn_state,
            times_s[at],
            -smooth[at, channels.TRUNK_Y],
            -slope[at, channels.TRUNK_Y],
            smooth[at, channels.TRUNK_LENGTH],
            lows_out[min(found, lows_out.shape[0] - 1)],
        )
        found = min(found + turned, lows_out.shape[0])
    return found


@kernel("i8(f8[::1],i8,i8,f8)")
def first_frame_from(times_s: npt.NDArray[np.float64], oldest: int, end: int, from_s: float) -> int:
    """The first frame in oldest..end-1 (ring counts) whose time is at or after from_s; `end` where there is none."""
    ring = times_s.shape[0]
    low, high = oldest, end
    while low < high:
        middle = (low + high) // 2
        if times_s[middle % ring] < from_s:
            low = middle + 1
        else:
            high = middle
    return low


@kernel("void(f8[::1],f8[:,::1],f8[:,::1],i8,i8,f8,f8[::1])")
def smoothed_at(
    times_s: npt.NDArray[np.float64],
    smooth: npt.NDArray[np.float64],
    slope: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    at_s: float,
    row_out: npt.NDArray[np.float64],
) -> None:
    """Smoothed channels at any time; NaN outside, across a hole, or next to an unknown frame.

    Between frames they follow the cubic that has the values and the slopes of both (Hermite's): a straight line would cut the top off
    a curve that turns there, as the pelvis does at midstance, by 2% of its height at 30 frames a second.
    """
    ring = times_s.shape[0]
    row_out[:] = np.nan
    after = first_frame_from(times_s, oldest, end, at_s)
    if after >= end:
        return
    b = after % ring
    if times_s[b] == at_s:
        row_out[:] = smooth[b]
        return
    if after == oldest:
        return
    a = (after - 1) % ring
    gap = times_s[b] - times_s[a]
    if gap > SHORT_GAP_S:
        return
    share = (at_s - times_s[a]) / gap
    rest = 1.0 - share
    for channel in range(smooth.shape[1]):
        values = (
            rest * rest * (1.0 + 2.0 * share) * smooth[a, channel]
            + share * share * (1.0 + 2.0 * rest) * smooth[b, channel]
        )
        slopes = share * rest * gap * (rest * slope[a, channel] - share * slope[b, channel])
        row_out[channel] = values + slopes


@kernel("void(f8[::1],f8[:,::1],f8[:,::1],i8,i8,f8[::1],f8[:,::1])")
def smoothed_through(
    times_s: npt.NDArray[np.float64],
    smooth: npt.NDArray[np.float64],
    slope: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    at_s: npt.NDArray[np.float64],
    rows_out: npt.NDArray[np.float64],
) -> None:
    """`smoothed_at` at each of many times, into the rows of rows_out (times, channels)."""
    for place in range(at_s.shape[0]):
        smoothed_at(times_s, smooth, slope, oldest, end, at_s[place], rows_out[place])


@kernel("void(f8[::1],i8,f8,f8,f8,f8,f8[::1])")
def angles_of_row(
    row: npt.NDArray[np.float64],
    leg: int,
    turn_share: float,
    level_deg: float,
    tilt_offset_deg: float,
    upright_deg: float,
    out: npt.NDArray[np.float64],
) -> None:
    """Drop, adduction, valgus and lean (deg) of the stance leg from one smoothed row, into out (4,).

    turn_share: share of a turn away from level that the landmarks show; level_deg: the tilt that a level pelvis is seen with;
    tilt_offset_deg: how much more tilted the pelvis line looks than it is; upright_deg: the camera's roll.
    """
    mine = leg * channels.LEG
    tilt = row[channels.TILT]
    if not math.isnan(level_deg):
        tilt = level_deg + (tilt - level_deg) / turn_share
    out[0] = geometry.contralateral_drop_deg(tilt, level_deg, leg)
    hip_x, hip_y = row[mine + channels.HIP_X], row[mine + channels.HIP_Y]
    knee_x, knee_y = row[mine + channels.KNEE_X], row[mine + channels.KNEE_Y]
    out[1] = geometry.hip_adduction_deg(hip_x, hip_y, knee_x, knee_y, tilt - tilt_offset_deg, leg)
    out[2] = geometry.knee_valgus_deg(
        hip_x, hip_y, knee_x, knee_y, row[mine + channels.ANKLE_X], row[mine + channels.ANKLE_Y], leg
    )
    out[3] = geometry.trunk_lean_deg(
        row[channels.HIPS_X],
        row[channels.HIPS_Y],
        row[channels.SHOULDERS_X],
        row[channels.SHOULDERS_Y],
        upright_deg,
        leg,
    )


@kernel("void(f8[:,::1],i8,f8,f8,f8,f8,f8[:,::1])")
def angles_of_rows(
    rows: npt.NDArray[np.float64],
    leg: int,
    turn_share: float,
    level_deg: float,
    tilt_offset_deg: float,
    upright_deg: float,
    out: npt.NDArray[np.float64],
) -> None:
    """`angles_of_row` of many rows, into out (rows, 4)."""
    for place in range(rows.shape[0]):
        angles_of_row(rows[place], leg, turn_share, level_deg, tilt_offset_deg, upright_deg, out[place])


@kernel("void(f8[::1],f8[:,::1],f8[:,::1],i8,i8,f8,f8,f8,i8,f8,f8,f8,f8,f8[:,::1])")
def stance_angles(
    times_s: npt.NDArray[np.float64],
    smooth: npt.NDArray[np.float64],
    slope: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    initial_contact_s: float,
    midstance_s: float,
    toe_off_s: float,
    leg: int,
    turn_share: float,
    level_deg: float,
    tilt_offset_deg: float,
    upright_deg: float,
    out: npt.NDArray[np.float64],
) -> None:
    """Angles of one stance into out (2, 4): at midstance, and their peak between initial contact and toe off.

    The peak is NaN where any frame of the stance is, and never under the value at midstance.
    """
    row = np.empty(smooth.shape[1])
    angles = np.empty(4)
    smoothed_at(times_s, smooth, slope, oldest, end, midstance_s, row)
    angles_of_row(row, leg, turn_share, level_deg, tilt_offset_deg, upright_deg, out[0])
    out[1] = out[0]
    frame = first_frame_from(times_s, oldest, end, initial_contact_s)
    while frame < end and times_s[frame % times_s.shape[0]] <= toe_off_s:
        angles_of_row(
            smooth[frame % times_s.shape[0]], leg, turn_share, level_deg, tilt_offset_deg, upright_deg, angles
        )
        for kind in range(4):
            if math.isnan(angles[kind]) or math.isnan(out[1, kind]):
                out[1, kind] = np.nan
            elif angles[kind] > out[1, kind]:
                out[1, kind] = angles[kind]
        frame += 1


@kernel("f8(f8[::1],f8[:,::1],i8,i8,i8,f8,f8)")
def mean_between(
    times_s: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    channel: int,
    from_s: float,
    until_s: float,
) -> float:
    """Mean of the known values of one channel between two times; NaN where none is known."""
    ring = times_s.shape[0]
    total, count = 0.0, 0
    frame = first_frame_from(times_s, oldest, end, from_s)
    while frame < end and times_s[frame % ring] <= until_s:
        value = rows[frame % ring, channel]
        if not math.isnan(value):
            total += value
            count += 1
        frame += 1
    return total / count if count else np.nan


@kernel("f8(f8[::1],f8[:,::1],i8,i8,i8,f8,f8)")
def known_share(
    times_s: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    channel: int,
    from_s: float,
    until_s: float,
) -> float:
    """Share of the frames between two times in which a channel is known; 0 where there is no frame."""
    ring = times_s.shape[0]
    known = count = 0
    frame = first_frame_from(times_s, oldest, end, from_s)
    while frame < end and times_s[frame % ring] <= until_s:
        count += 1
        if not math.isnan(rows[frame % ring, channel]):
            known += 1
        frame += 1
    return known / count if count else 0.0


@kernel("f8(f8[::1],f8[:,::1],i8,i8,i8,f8,f8)")
def trend_between(
    times_s: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    channel: int,
    from_s: float,
    until_s: float,
) -> float:
    """Slope (per second) of the least-squares line through one channel between two times; NaN with under 3 values."""
    ring = times_s.shape[0]
    n = st = sv = stt = stv = 0.0
    frame = first_frame_from(times_s, oldest, end, from_s)
    while frame < end and times_s[frame % ring] <= until_s:
        value = rows[frame % ring, channel]
        if not math.isnan(value):
            t = times_s[frame % ring] - from_s
            n += 1.0
            st += t
            sv += value
            stt += t * t
            stv += t * value
        frame += 1
    spread = n * stt - st * st
    if n < 3.0 or spread <= 0.0:
        return np.nan
    return (n * stv - st * sv) / spread
