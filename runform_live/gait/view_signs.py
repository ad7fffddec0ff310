"""What one stance tells of the view, in numbers. What each of them is worth is said in `view_sources.py`."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from runform_live.gait import events
from runform_live.gait.row import Step
from runform_live.gait.signals import BACK, GENERAL_BEHIND, HEEL_Y, LEG, TOE_Y, TRUNK_LENGTH
from runform_live.gait.window import Window
from runform_live.messages import Instrument


class ViewSigns(msgspec.Struct, frozen=True):
    """The signs of one stance; NaN where it does not tell."""

    # In running, how fast the standing toe sinks in the picture, in trunk lengths a second
    toe_trunks_s: float = math.nan
    # In walking, how much lower the foot in front is than the one behind while both are down, in trunk lengths
    lead_trunks: float = math.nan
    growth_per_s: float = math.nan  # how fast the trunk grows in the picture, as a share of itself
    network: float = math.nan  # probability of a back by the precise network
    general: float = math.nan  # the same by the general network, if it looked during this step


GROWTH_S = 1.0  # until toe off. The trunk leans and turns with each step, so its growth is read over one or two strides


def signs_of(step: Step, window: Window, instrument: Instrument) -> ViewSigns:
    """The signs of a stance whose toe off is smoothed.

    The feet tell one thing in each gait: the motion of the standing one in running, and which one is in front in walking. Both hang on which leg
    stands, so they are never counted beside each other.
    """
    until_s = step.toe_off_s
    trunk_px = window.trunk_px(step.midstance_s)
    toe_px_s = math.nan
    if step.row.gait == "run":
        toe_px_s = window.trend(TOE_Y + step.leg * LEG, *events.toe_down_s(step))
    growth_px_s = window.trend(TRUNK_LENGTH, until_s - GROWTH_S, until_s)
    general = window.raw_mean(GENERAL_BEHIND, until_s - step.row.step_s, until_s)
    back = window.raw_mean(BACK, step.initial_contact_s, until_s)
    return ViewSigns(
        toe_trunks_s=toe_px_s / trunk_px,
        lead_trunks=_lead_px(step, window) / trunk_px,
        growth_per_s=growth_px_s / trunk_px,
        network=behind_by(back, instrument.names_sides, not math.isnan(general)),
        general=general,
    )


BOTH_DOWN_S = 0.1  # from initial contact. Both feet are down for 0.1 s or more in walking


def _lead_px(step: Step, window: Window) -> float:
    """How much lower in the picture the foot is that has just come down; NaN in running, where the other foot is in the air.

    Of each foot, the lower one of heel and toe is on the ground.
    """
    if step.row.gait == "run":
        return math.nan
    down_s = step.initial_contact_s, step.initial_contact_s + BOTH_DOWN_S

    def lowest_px(leg: int) -> float:
        return float(np.maximum(window.raw_mean(HEEL_Y[leg], *down_s), window.raw_mean(TOE_Y + leg * LEG, *down_s)))

    return lowest_px(step.leg) - lowest_px(1 - step.leg)


NAMED = 0.67  # probability of a back where a network names left and right and gives no probability


def behind_by(back: float, names_sides: bool, general_looked: bool = False) -> float:
    """The probability of a back by the mean signal BACK (gait/signals.py) of some frames.

    names_sides: the network names left and right but gives no probability. Such networks take a back for a front where they do not know the
    clothes, so they count for little, and not at all where the general network has said the same.
    """
    if names_sides:
        return math.nan if general_looked else 0.5 + back * (NAMED - 0.5)
    return 0.5 + back * 0.5
