"""summary.json from the stances: means with their intervals, symmetry, cadence, flags."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from runform_live.gait.body_size import IN_CM, estimate_cm
from runform_live.gait.by_gait import main_gait, of_gait, of_main_gait
from runform_live.gait.cadence import cadence_half_spm, cadence_spm
from runform_live.gait.uncertainty.change import ChangeErrors, ChangeModel
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES, Estimate
from runform_live.messages import GAITS, SIDES, WALKING, Stance, View
from runform_live.metrics import SUMMARISED as SUMMARISED
from runform_live.session import run_changes, run_parts
from runform_live.session.events import Event
from runform_live.session.figures import NO_DIFFERENCE, NO_MEAN, MetricSummary, Summary, SymmetrySummary
from runform_live.session.schema import SESSION_VERSION, SessionInfo

NOT_MEASURED = ChangeModel(ChangeErrors())


def summarise(
    stances: Sequence[Stance],
    instrument: InstrumentErrors,
    calibrated: bool,
    view: View,
    flags: Sequence[str],
    model: ChangeModel = NOT_MEASURED,
    events: Sequence[Event] = (),
    reference_s: tuple[float, float] | None = None,
) -> Summary:
    """Figures of a session: of its main gait, and beside running those of its walking (`Summary.walking`). Running beside walking has none.

    stances: of both sides and gaits, in time order. The gaits are never mixed in a figure. What the coach switched counts for the main gait alone,
    and its first minute for the gait that it is of.
    instrument: the errors of the network and of the level line; model: those of a change within the run. events: which blocks had feedback.
    reference_s: the coach's first minute, where there was one.
    """
    main = of_main_gait(stances)
    minute = run_parts.reference(stances, reference_s)
    minutes_s = {gait: reference_s if minute and minute[0].gait == gait else None for gait in GAITS}
    found = _of_one_gait(main, instrument, calibrated, view, flags, model, events, minutes_s[main_gait(stances)])
    if main_gait(stances) == "walk" or len(main) == len(stances):
        return found
    walked = of_gait(stances, "walk")
    beside = _of_one_gait(walked, instrument, calibrated, view, with_walking(flags), model, (), minutes_s["walk"])
    return msgspec.structs.replace(found, walking=beside)


def _of_one_gait(
    stances: Sequence[Stance],
    instrument: InstrumentErrors,
    calibrated: bool,
    view: View,
    flags: Sequence[str],
    model: ChangeModel,
    events: Sequence[Event] = (),
    reference_s: tuple[float, float] | None = None,
) -> Summary:
    sides: dict[str, dict[str, MetricSummary]] = {}
    compared: dict[str, SymmetrySummary] = {}
    of = {side: [stance for stance in stances if stance.side == side] for side in SIDES}
    for side in SIDES:
        sides[side] = {}
        for metric in SUMMARISED:
            found = instrument.estimate(metric, of[side])
            told = found is not None and instrument.says_something(metric, found, of[side][0].gait)
            sides[side][metric] = _summary(found if told else None)
    for metric in SUMMARISED:
        told = all(sides[side][metric].mean is not None for side in SIDES)
        both = instrument.symmetry(metric, of["left"], of["right"]) if told else None
        compared[metric] = (
            SymmetrySummary(_r(both.difference), _r(both.ci95_low), _r(both.ci95_high), _r(both.index_percent))
            if both
            else NO_DIFFERENCE
        )
    words = list(flags)
    if not calibrated:
        words.append("not_calibrated")
    counts = [sum(one.pelvic_drop_mid_deg is not None for one in of[side]) for side in SIDES]
    if min(counts) < FEWEST_STANCES:
        words.append("provisional")
    if stances and not instrument.is_known(stances):
        words.append("instrument_error_unknown")
    return Summary(
        schema_version=SESSION_VERSION,
        sides=sides,
        symmetry=compared,
        cadence_spm=_r(cadence_spm(stances)),
        calibrated=calibrated,
        view=view,
        quality=round(sum(stance.quality for stance in stances) / len(stances), 3) if stances else 0.0,
        flags=words,
        changes=run_changes.changes(stances, run_parts.parts(stances, events, reference_s), model),
        trends=run_changes.trends(stances, model),
        cadence_half_spm=_r(cadence_half_spm(stances)),
    )


def of_session(info: SessionInfo, stances: Sequence[Stance], events: Sequence[Event], *more_flags: str) -> Summary:
    """The figures of a session from what its folder holds: session.json (with its flags), the rows of stances.csv, and the events."""
    level = info.calibration
    instrument = info.model.instrument(level.calibrated, level.level_sd_deg)
    flags = [flag for flag in dict.fromkeys((*info.flags, *more_flags)) if flag != WALKING]
    if main_gait(stances) == "walk":
        flags = with_walking(flags)
    found = summarise(
        stances,
        instrument,
        level.calibrated,
        info.view,
        flags,
        info.model.within_run(),
        events,
        info.reference_s,
    )
    walking = found.walking
    if walking is not None:
        walking = msgspec.structs.replace(walking, centimetres=centimetres(info, of_gait(stances, "walk")))
    return msgspec.structs.replace(found, walking=walking, centimetres=centimetres(info, of_main_gait(stances)))


def with_walking(flags: Sequence[str]) -> list[str]:
    """The flags of a session, or of a part of it, that is of walking."""
    return list(dict.fromkeys((*flags, WALKING)))


def centimetres(info: SessionInfo, stances: Sequence[Stance]) -> dict[str, dict[str, MetricSummary]]:
    """What a body's height tells of each side in centimetres; empty where that is nothing. stances: of one gait."""
    body, height_m = info.calibration.body, info.person_height_m
    if body is None or height_m is None:
        return {}
    of = {side: [stance for stance in stances if stance.side == side] for side in SIDES}
    found = {side: {name: estimate_cm(name, of[side], body, height_m) for name in IN_CM} for side in SIDES}
    return {side: {name: _summary(one) for name, one in found[side].items()} for side in SIDES}


def _summary(found: Estimate | None) -> MetricSummary:
    if found is None:
        return NO_MEAN
    return MetricSummary(found.n, _r(found.mean), _r(found.sd), _r(found.ci95_low), _r(found.ci95_high))


def _r(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
