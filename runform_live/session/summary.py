"""summary.json from the stances: means with their intervals, symmetry, cadence, flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from runform_live.gait.segmenter import LONGEST_STEP_S
from runform_live.gait.statistics import FEWEST_STANCES, Estimate, estimate, symmetry
from runform_live.messages import METRICS, Side, Stance, View
from runform_live.session.schema import SESSION_VERSION, MetricSummary, Summary, SymmetrySummary

SIDES: tuple[Side, Side] = ("left", "right")
SUMMARISED: tuple[str, ...] = (*METRICS, "contact_time_s", "step_width_hip")


def summarise(
    stances: Sequence[Stance],
    instrument_sd: Mapping[str, float],
    calibrated: bool,
    view: View,
    flags: Sequence[str],
) -> Summary:
    """Figures of a session. `instrument_sd`: metric -> SD of a side's mean, from the network's card; missing is unknown."""
    sides: dict[str, dict[str, MetricSummary]] = {}
    compared: dict[str, SymmetrySummary] = {}
    estimates: dict[tuple[str, str], Estimate | None] = {}
    for side in SIDES:
        sides[side] = {}
        for metric in SUMMARISED:
            values = [getattr(stance, metric) for stance in stances if stance.side == side]
            found = estimate(values, instrument_sd.get(metric))
            estimates[side, metric] = found
            sides[side][metric] = (
                MetricSummary(found.n, _r(found.mean), _r(found.sd), _r(found.ci95_low), _r(found.ci95_high))
                if found
                else MetricSummary(0, None, None, None, None)
            )
    for metric in SUMMARISED:
        both = symmetry(estimates["left", metric], estimates["right", metric])
        compared[metric] = (
            SymmetrySummary(_r(both.difference), _r(both.ci95_low), _r(both.ci95_high), _r(both.index_percent))
            if both
            else SymmetrySummary(None, None, None, None)
        )
    words = list(flags)
    if not calibrated:
        words.append("not_calibrated")
    counts = [sides[side]["pelvic_drop_mid_deg"].n for side in SIDES]
    if min(counts) < FEWEST_STANCES:
        words.append("provisional")
    if any(stances) and not instrument_sd:
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
    )


def cadence_spm(stances: Sequence[Stance]) -> float | None:
    """Steps a minute: the median of intervals between neighbouring midstances of opposite legs; None with under 3."""
    steps_s = [
        after.midstance_s - before.midstance_s
        for before, after in zip(stances, stances[1:], strict=False)
        if after.side != before.side and after.midstance_s - before.midstance_s <= LONGEST_STEP_S
    ]
    if len(steps_s) < 3:
        return None
    # The median of single intervals would round to the camera's frames; the mean of the usual ones does not.
    usual = median(steps_s)
    kept = [step for step in steps_s if abs(step - usual) < 0.25 * usual]
    return 60.0 * len(kept) / sum(kept)


def _r(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
