"""The events of a running step: initial contact, midstance and toe off.

Three sources tell initial contact and toe off, and are averaged by the inverse of their variances:

- the feet against the line of the belt (gait/contact_feet.py), as far as the network sees them;
- the fall of the hips (gait/contact_hips.py), as far as it is that of a mass on a spring;
- what is usual in running. The duty factor of runners is 0.43 of the stride at 2 m/s and 0.30 at 5 m/s. Midstance lies before the middle of
  the contact, because braking is shorter than push-off (Cavagna 2006, J Exp Biol 209:4051).

The frames of the last three stances of the leg are laid over each other, each from its own midstance. So they are three times as dense, and
less noisy; contact times of one leg differ by 3 to 5 ms only from stride to stride.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait import contact_feet, contact_hips
from runform_live.gait.contact_feet import Feet
from runform_live.gait.contact_join import Belief
from runform_live.gait.midstance import midstance_s
from runform_live.gait.row import Step
from runform_live.gait.signals import ANKLE_Y, FOOT_SIGMA, HEEL_Y, HIPS_Y, LEG, TOE_Y
from runform_live.gait.steps import BEFORE_A_STEP_S
from runform_live.gait.window import Window

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

DUTY_FACTOR, DUTY_FACTOR_SD = 0.36, 0.045  # of the stride, at 2 to 5 m/s (van Oeveren et al. 2021, Sports Biomech)
# Of the contact, until midstance: 0.42 to 0.47 in both legs of two runners on force plates at 2.5 and 3.5 m/s
MIDSTANCE_SHARE, MIDSTANCE_SHARE_SD = 0.45, 0.025
EVENT_SHARES = np.array([-MIDSTANCE_SHARE, 1.0 - MIDSTANCE_SHARE])  # of the contact, from midstance to both events
SHARES_SQUARED = np.outer(EVENT_SHARES, EVENT_SHARES)
STRIDE_SD = 0.015  # of the contact, from stride to stride of one leg
SHORTEST_CONTACT, LONGEST_CONTACT = 0.4, 0.98  # of a step: runners fly between two contacts
STANCES = 3  # of the leg, laid over each other
USUAL_TOE_OFF = (
    0.42  # of a step, after midstance. Frames up to 0.07 s later are there by then: they show a later one too
)
FEET_KNOWN_SHARE = 0.5  # of the frames of a contact


def usual_events(step_s: float) -> Belief:
    """What is known of a contact (s from midstance) from the time of a step alone."""
    contact_s = 2.0 * DUTY_FACTOR * step_s
    by_contact, by_share = (2.0 * DUTY_FACTOR_SD * step_s) ** 2, MIDSTANCE_SHARE_SD**2 * (contact_s * contact_s)
    return Belief.of(contact_s * EVENT_SHARES, by_contact * SHARES_SQUARED + by_share)


def toe_down_s(step: Step) -> tuple[float, float]:
    """The part of a stance in which the toe is surely on the ground, whether the heel or the forefoot lands first."""
    contact_s = step.toe_off_s - step.initial_contact_s
    return step.initial_contact_s + 0.2 * contact_s, step.initial_contact_s + 0.8 * contact_s


def find(step: Step, window: Window) -> bool:
    """Give a step its events, once; False where its toe off is not smoothed yet. A step of walking has its times already."""
    step.timed = step.timed or _find(step, window)
    return step.timed


def _find(step: Step, window: Window) -> bool:
    if step.walks:
        if not step.toe_off_s <= window.smoothed_until_s:
            return False
        step.feet_seen = _foot_is_seen(step, window)
        if not step.feet_seen:
            step.double_support_s = math.nan
        return True
    if step.midstance_s + USUAL_TOE_OFF * step.row.step_s > window.smoothed_until_s:
        return False
    step.midstance_s = midstance_s(step, window)  # now that the frames on both sides are there
    row = step.row
    row.midstances[:] = [*row.midstances, (step.number, step.midstance_s)][-2 * STANCES :]
    _time_contact(step, window)
    return True


def _foot_is_seen(step: Step, window: Window) -> bool:
    """Whether ankle, heel or toe of the standing foot is known in enough frames of the stance."""
    signals = (ANKLE_Y + step.leg * LEG, HEEL_Y[step.leg], TOE_Y + step.leg * LEG)
    heights = [window.raw_between(signal, step.initial_contact_s, step.toe_off_s)[1] for signal in signals]
    known = ~np.isnan(heights).all(axis=0)
    return _known_often_enough(int(np.count_nonzero(known)), known.size)


def _known_often_enough(known: int, frames: int) -> bool:
    """Whether a foot is known in enough of the frames of a contact."""
    return frames > 0 and known / frames >= FEET_KNOWN_SHARE


def _time_contact(step: Step, window: Window) -> None:
    step_s = step.row.step_s
    if math.isnan(step_s + step.midstance_s):
        return
    belief = usual = usual_events(step_s)
    offsets_s, stances, rows = _laid_over(step, window, contact_hips.REACH * step_s)
    hips = contact_hips.spring(*_known(offsets_s, stances, rows[:, -1]), step_s, usual)
    if hips is not None:
        belief = belief.joined(hips)
    begin_s, end_s = belief.mean_s.tolist()
    inside = (stances == 0) & (offsets_s >= begin_s) & (offsets_s <= end_s)
    toe_or_heel = ~(np.isnan(rows[:, 0]) & np.isnan(rows[:, 1]))
    step.feet_seen = _known_often_enough(int(np.count_nonzero(inside & toe_or_heel)), int(np.count_nonzero(inside)))
    if step.feet_seen:
        feet = Feet(offsets_s, stances, rows[:, :3], _foot_sigma(step, window))
        belt = contact_feet.belt(feet, 2.0 * DUTY_FACTOR * step_s, window.frame_s)
        if belt is not None:
            belief = belief.joined(contact_feet.events(feet, belt, (begin_s, end_s), window.frame_s))
    begin_s, end_s = belief.mean_s.tolist()
    contact_s = min(max(end_s - begin_s, SHORTEST_CONTACT * step_s), LONGEST_CONTACT * step_s)
    outside_s = (end_s - begin_s - contact_s) / 2.0
    step.initial_contact_s = step.midstance_s + begin_s + outside_s
    step.toe_off_s = step.midstance_s + end_s - outside_s
    step.contact_sigma_s = math.hypot(belief.contact_sd_s, STRIDE_SD * contact_s)


def _laid_over(step: Step, window: Window, reach_s: float) -> tuple[Array, Numbers, Array]:
    """Frames of the last stances of this leg: times (frames,) from midstance, number of the stance from 0 (this one), heights.

    The heights (frames, 4) of toe, heel, ankle and the middle of the hips are in trunk lengths, up. No frame lies so far back that a
    successor of this stage would not have it.
    """
    trunk_px = window.trunk_px(step.midstance_s)
    signals = (TOE_Y + step.leg * LEG, HEEL_Y[step.leg], ANKLE_Y + step.leg * LEG, HIPS_Y)
    offsets_s, stances, down_px = list[Array](), list[Numbers](), list[Array]()
    for number, at_s in reversed(step.row.midstances):
        behind = step.number - number
        too_old = at_s - reach_s < step.midstance_s - BEFORE_A_STEP_S + 0.1
        if behind % 2 or behind >= 2 * STANCES or (behind and too_old):
            continue
        times_s, values = window.raw_columns_between(signals, at_s - reach_s, at_s + reach_s)
        offsets_s.append(times_s - at_s)
        stances.append(np.full(len(times_s), behind // 2))
        down_px.append(values)
    return np.concatenate(offsets_s), np.concatenate(stances), -np.concatenate(down_px) / trunk_px


def _known(offsets_s: Array, stances: Numbers, heights: Array) -> tuple[Array, Numbers, Array]:
    known = ~np.isnan(heights)
    return offsets_s[known], stances[known], heights[known]


def _foot_sigma(step: Step, window: Window) -> float:
    """In trunk lengths; 0 where the network tells none."""
    about_s = 0.3 * step.row.step_s
    sigma_px = window.raw_mean(FOOT_SIGMA[step.leg], step.midstance_s - about_s, step.midstance_s + about_s)
    return 0.0 if math.isnan(sigma_px) else sigma_px / window.trunk_px(step.midstance_s)
