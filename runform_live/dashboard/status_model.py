"""What the live screen says in words as plain values: where the run is, what to change, the last cue, sound and recording."""

from __future__ import annotations

import math
from dataclasses import dataclass

from runform_live import quantities
from runform_live.dashboard.model import DashboardModel
from runform_live.messages import VIEW_UNSURE, WALKING, GaitState

# Flags that ask nothing of the person: the view has a question of its own, and the screen says anyway that somebody walks.
NOT_ADVISED = (VIEW_UNSURE, WALKING)
RESTART_TOLD_S = 10.0  # so long it is said that a part of the program was started again


@dataclass(frozen=True, slots=True)
class Status:
    """The line on where the run is."""

    words: str
    warns: bool = False  # the person has to do something


def cadence_words(model: DashboardModel) -> str:
    cadence = model.gait.cadence_spm if model.gait else None
    return f"{cadence:.0f} /min" if cadence else quantities.UNKNOWN


def time_words(model: DashboardModel) -> str:
    """The time run or walked, as the figures are of running or walking, without the pauses."""
    if model.shown_gait == "walk":
        return f"{model.texts('live.time_walked')} {quantities.clock(math.floor(model.walked_s))}"
    return f"{model.texts('live.time')} {quantities.clock(math.floor(model.gait.ran_s) if model.gait else 0.0)}"


def gait_words(model: DashboardModel) -> str:
    """Which gait the figures are of: the one that goes on now, or the last one; empty before there was any."""
    if not model.has_gait:
        return ""
    key = "now" if model.is_under_way else "last"
    return model.texts(f"live.gait_{key}.{model.shown_gait}")


def status(model: DashboardModel, now_s: float) -> Status:
    """One line on where the run is; `now_s` is the monotonic clock. What a person must know at once comes first."""
    said, source = model.texts, model.source
    if model.ending or (source is not None and source.state == "ended"):
        return Status(said("status.ending"))
    if model.blind:
        return Status(said("status.stream_lost" if model.from_stream else "status.camera_lost"), warns=True)
    restart = _restart_words(model, now_s)
    if restart:
        return Status(restart)
    if model.paused:
        return Status(said("status.paused"))
    if source is None:
        return Status(said("status.starting"))
    if model.gait is None:
        return Status(said("status.looking"))
    if model.gait.phase == "paused" and not model.is_under_way:
        ends = model.ends_in_s
        return Status(said("status.rest") if ends is None else said("status.rest_ends", seconds=ends))
    if model.recorder_trouble and _flag_words(model):
        return Status(_flag_words(model), warns=True)  # the line below tells the trouble
    return Status(" · ".join(filter(None, (block_words(model), _running_words(model, model.gait)))))


def block_words(model: DashboardModel) -> str:
    """Where the runner is in the planned session, and for how long still; empty in a free run."""
    block = model.coach.block if model.coach is not None else None
    if model.coach is None or block is None:
        return ""
    if block.part == "training":
        key = "block.feedback" if model.coach.gives_feedback else "block.no_feedback"
    else:
        key = f"block.{block.part or 'done'}"
    return model.texts(key, left=left_words(model))


def left_words(model: DashboardModel) -> str:
    """How long this block of the planned session still lasts; empty in a free run."""
    block = model.coach.block if model.coach is not None else None
    return "" if block is None else quantities.clock(math.ceil(block.left_s))


def _running_words(model: DashboardModel, gait: GaitState) -> str:
    return model.texts(
        "status.line",
        activity=model.texts(f"status.{gait.activity}"),
        view=quantities.view_words(gait.view, model.texts),
        level=model.texts("status.calibrated" if gait.calibrated else "status.not_calibrated"),
    )


def _restart_words(model: DashboardModel, now_s: float) -> str:
    """What a part of the program that was just started anew means for the runner; empty where none was."""
    recent = {stage for stage, at_s in model.restarted if now_s - at_s < RESTART_TOLD_S}
    if not recent:
        return ""
    key = f"restarted.{recent.pop()}" if len(recent) == 1 else ""
    return model.texts(key) if model.texts.has(key) else model.texts("restarted.several")


def advice(model: DashboardModel) -> str:
    """What to change, if anything: trouble with the recording, else the first flag; one thing at a time."""
    return (
        recorder_words(model)
        or _flag_words(model)
        or model.trouble
        or (model.coach.trouble if model.coach is not None else "")
    )


def _flag_words(model: DashboardModel) -> str:
    flags = [flag for flag in model.gait.flags if flag not in NOT_ADVISED] if model.gait else []
    asked = model.texts("ask.view") if model.asks_view else ""
    return next((model.texts(f"flag.{flag}") for flag in flags if model.texts.has(f"flag.{flag}")), asked)


def recorder_words(model: DashboardModel) -> str:
    """Why nothing more is recorded, and what to do; empty where all is well."""
    return model.texts(f"recorder.{model.recorder_trouble}") if model.recorder_trouble else ""


def cue_words(model: DashboardModel) -> str:
    """The large line: what was said last, or that nothing is seen, which a runner must notice from the belt."""
    if model.blind:
        return model.texts("live.no_picture")
    if model.coach is not None and not model.coach.gives_feedback:
        if model.coach.block is not None and not model.coach.in_marked:
            return model.texts("block.slow_down") if model.coach.block.over else block_words(model)
        if model.coach.feedback.mode == "faded" or model.coach.in_marked:
            return model.texts("status.no_feedback")
    promised = model.has_targets and model.chosen.feedback.mode != "off"
    if model.in_other_gait and model.is_under_way and promised:
        return model.texts(f"live.no_cue_in.{model.shown_gait}")
    if model.cue is None or (model.view_unsure and model.cue.side is not None):
        return model.texts("live.no_cue")
    return model.cue.text if model.cue.audible else model.texts("live.shown_only", text=model.cue.text)


def sound_words(model: DashboardModel) -> str:
    if model.coach is None:
        return model.texts("status.sound_starting")
    if model.coach.sound:
        return model.texts("status.sound_none", trouble=model.texts("trouble.sound"))
    if model.coach.muted:
        return model.texts("status.sound_muted")
    return model.texts("status.sound_on", percent=100 * model.coach.volume)


def record_words(model: DashboardModel) -> str:
    if model.recorder_trouble:
        return model.texts("status.record_stopped")
    if not model.recording:
        return model.texts("status.not_recorded")
    if model.recorder is None:
        return model.texts("status.recording")
    if model.recorder.not_taken:
        return model.texts("status.recorded_lost", count=model.recorder.recorded, lost=model.recorder.not_taken)
    return model.texts("status.recorded", count=model.recorder.recorded)
