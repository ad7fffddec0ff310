"""Run the offline cores over a truth folder and print how they agree with the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from runform_live.config import Config
from runform_live.gait.cadence import cadence_of, cadence_spm, longest_step_s
from runform_live.gait.one_level import calibrated_since, on_one_level
from runform_live.messages import GAITS, Gait
from runform_live.metrics import ANGLES, MAIN_METRIC
from runform_live.model_used import model_used
from runform_live.runtime.offline import Analysis
from runform_live.validate.agreement import Agreement, Matched, agree, match, rms, side_means
from runform_live.validate.days import KINDS, change_errors
from runform_live.validate.truth import DOUBLE_SUPPORT, read_clips
from runform_live.validate.unsteady import Camera, filmed_by

ALL = "all"  # name of all clips together
BEHIND_NAME: dict[Gait, str] = {"run": "", "walk": ", walking"}  # behind the name of a clip
COMPARED: dict[Gait, tuple[str, ...]] = {"run": ANGLES, "walk": (*ANGLES, DOUBLE_SUPPORT)}


def validate(
    folder: Path, config: Config, progress: Callable[[str], None], camera: Camera | None = None
) -> Iterator[tuple[Matched, Agreement]]:
    """Each clip, as it was filmed or as a camera that moves would have; one with both gaits comes twice, as running and as walking."""
    model = model_used(config)
    for clip in read_clips(folder, psis=config.pose.markers):
        progress(clip.name)
        analysis = Analysis(str(clip.video), config, filmed=filmed_by(camera) if camera else None)
        was_calibrated, calibrated_from_s, body = False, None, None
        for _ in analysis:
            state = analysis.state_due()
            if state is None:
                continue
            calibrated_from_s = calibrated_since(state, was_calibrated, calibrated_from_s)
            was_calibrated, body = state.calibrated, state.body or body
        state = analysis.gait_state()
        calibrated_from_s = calibrated_since(state, was_calibrated, calibrated_from_s)
        stances = on_one_level(analysis.stances, calibrated_from_s)
        instrument = model.instrument(state.calibrated, state.level_sd_deg)
        for gait in GAITS:
            matched = replace(match(clip, stances, instrument, gait), body=body)
            if matched.clip.stances or matched.extra:
                yield matched, _agreement(matched)


def _agreement(matched: Matched) -> Agreement:
    """Of one clip and gait."""
    measured = cadence_spm([s for _, s in matched.pairs])
    true = cadence_of([stance.midstance_s for stance in matched.clip.stances], longest_step_s(matched.gait))
    error = None if measured is None or true is None else 100.0 * abs(measured - true) / true
    return agree(matched.clip.name + BEHIND_NAME[matched.gait], [matched], COMPARED[matched.gait], error)


def of_gait(clips: Sequence[tuple[Matched, Agreement]], gait: Gait) -> list[tuple[Matched, Agreement]]:
    """Those of one gait."""
    return [one for one in clips if one[0].gait == gait]


def overall(clips: Sequence[tuple[Matched, Agreement]], gait: Gait = "run") -> Agreement:
    """Of all clips of a gait together (name "all"); the cadence is the worst one's."""
    clips = of_gait(clips, gait)
    errors = [found.cadence_error_percent for _, found in clips if found.cadence_error_percent is not None]
    return agree(ALL + BEHIND_NAME[gait], [matched for matched, _ in clips], COMPARED[gait], max(errors, default=None))


def lines(agreement: Agreement, together: bool = False) -> Iterator[str]:
    """A clip's figures as text; together: they are of all clips (`overall`)."""
    ic, to = agreement.initial_contact, agreement.toe_off
    yield (
        f"{agreement.name}: stances found {agreement.found}, missed {agreement.missed}, extra {agreement.extra}; "
        f"cadence off by {_f(agreement.cadence_error_percent, 2)}%{' (worst clip)' if together else ''}"
        + (f"; {agreement.not_calibrated} not calibrated" if agreement.not_calibrated else "")
    )
    yield (
        f"  initial contact: median {_f(ic.median_ms, 0)} ms, worst {_f(ic.worst_ms, 0)} ms; "
        f"toe off: median {_f(to.median_ms, 0)} ms, worst {_f(to.worst_ms, 0)} ms"
    )
    yield f"  {'':50s}a stance{'':24s}a side's mean{'':21s}left minus right"
    yield (
        "  metric                   n  bias left  bias right   RMSE  slope  limits of agreement   "
        "error   95% covers  half-width   error  covers"
    )
    for metric, found in agreement.metrics.items():
        if not found.n and not found.withheld:
            continue
        name, times = (f"{metric[:-2]} (ms)", 1e3) if metric.endswith("_s") else (metric, 1.0)
        covers = f"{found.covered}/{found.intervals} sides" if found.intervals else "no interval"
        yield (
            f"  {name:22s} {found.n:3d} {_f(found.bias['left'], 2, times):>10s} {_f(found.bias['right'], 2, times):>11s} "
            f"{_f(found.rmse, 2, times):>6s} {_f(found.slope, 2):>6s}  {_f(found.loa_low, 2, times):>7s} to {_f(found.loa_high, 2, times):>6s}   "
            f"{_f(found.side_rms, 2, times):>5s}  {covers:>11s}  {_f(found.half_width, 1, times):>10s}  {_f(found.difference_rms, 2, times):>6s}  "
            + (f"{found.difference_covered}/{found.differences}" if found.differences else "-")
            + (f"  ({found.withheld} withheld)" if found.withheld else "")
        )


def error_lines(together: Agreement, matched: Sequence[Matched]) -> Iterator[str]:
    """What a network's card keeps as its own errors, as text."""
    for view, words in (("posterior", "behind"), ("anterior", "in front")):
        seen = [m.error for one in matched if one.clip.info.view == view for m in side_means(one, MAIN_METRIC).values()]
        if seen:
            yield f"{MAIN_METRIC}, error of a side's mean seen from {words}: {rms(seen):.2f} deg ({len(seen)} sides)"
    both = "of a side's mean and of left minus right"
    yield f"SD between bodies (what the network's card keeps as its own error), {both}:"
    for metric, errors in together.side_biases.items():
        if errors:
            yield _pair(metric, errors, together.difference_biases.get(metric, ()))
    for kind in KINDS:
        changes = change_errors(matched, kind)
        if changes:
            yield f"SD of the error of a change from one day to another, in {kind}, {both}:"
        for metric, change in changes.items():
            yield _pair(metric, change.sides, change.differences)


def _pair(metric: str, sides: Sequence[float], differences: Sequence[float]) -> str:
    decimals = 4 if metric.endswith("_s") else 2
    return f"  {metric} = {rms(sides):.{decimals}f}" + (f"  {rms(differences):.{decimals}f}" if differences else "")


def _f(value: float | None, decimals: int, times: float = 1.0) -> str:
    return "-" if value is None else f"{times * value:.{decimals}f}"
