"""Messages become samples: which, with which values, at which time of LSL's clock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pytest

from runform_live import controls, handover
from runform_live.lsl.samples import Sample, Samples, SamplesState, clock_offset
from runform_live.messages import Cue, GaitState, Naming, Pose, Stance, View
from runform_live.metrics import STANCE_COLUMNS
from tests.makers import pose, running, stance, swapped

OFFSET_S = 500.0  # LSL's clock is so far ahead
ZERO_S = 2000.0  # of the frames' clock, when the session begins
KNOWN = Naming("posterior")
LANDMARKS = running(1.0)


def at(time_s: float) -> Pose:
    """A pose of a frame that was captured at this time of the session."""
    return msgspec.structs.replace(pose(round(30 * time_s), time_s), stamp_s=ZERO_S + time_s)


def seen(view: View) -> GaitState:
    return GaitState(time_s=0.0, stamp_s=0.0, activity="running", view=view, calibrated=True, level_deg=0.0, level_sd_deg=0.1, cadence_spm=None)  # fmt: skip


def cue(time_s: float) -> Cue:
    return Cue(time_s=time_s, text="Hips level", reason="too far", metric="pelvic_drop_mid_deg", side=None, audible=False, latency_s=None)  # fmt: skip


def begun(state: SamplesState | None = None) -> Samples:
    """Samples that have seen the first frame."""
    samples = Samples(OFFSET_S, state)
    samples.of(at(0.0), LANDMARKS)
    return samples


def of_stance(stance: Stance) -> Sample | None:
    return begun().of(stance)


def values(sample: Sample | None) -> dict[str, float]:
    """Of a stance's sample, by column."""
    assert sample is not None
    return dict(zip(STANCE_COLUMNS, map(float, sample.values), strict=True))


def test_a_pose_is_stamped_with_the_capture_of_its_frame_and_carries_all_landmarks_and_its_time() -> None:
    sample = begun().of(at(1.5), LANDMARKS)
    assert sample is not None
    assert (sample.stream, sample.stamp_s) == ("poses", ZERO_S + 1.5 + OFFSET_S)
    assert np.array_equal(np.asarray(sample.values[:-1], float).reshape(LANDMARKS.shape), LANDMARKS, equal_nan=True)
    assert sample.values[-1] == 1.5


def test_one_constant_maps_all_frames_even_where_their_own_stamps_jitter() -> None:
    samples = begun()
    late = msgspec.structs.replace(at(0.5), stamp_s=ZERO_S + 0.9)  # a film that waited for slow stages
    sample = samples.of(late, LANDMARKS)
    assert sample is not None and sample.stamp_s == ZERO_S + 0.5 + OFFSET_S


def test_unknown_landmarks_are_nan() -> None:
    sample = begun().of(at(1.0), np.full_like(LANDMARKS, math.nan))
    assert sample is not None
    assert np.isnan(np.asarray(sample.values[:-1], float)).all()


@pytest.mark.parametrize(("view", "turned"), [("posterior", True), ("anterior", False), ("unknown", False), ("side", False)])  # fmt: skip
def test_left_and_right_of_the_landmarks_are_the_runners_own_once_the_view_is_known(view: View, turned: bool) -> None:
    samples = begun()
    samples.of(seen(view))
    wrong = swapped(LANDMARKS)
    sample = samples.of(at(1.0), wrong)
    assert sample is not None
    expected = LANDMARKS if turned else wrong
    assert np.array_equal(np.asarray(sample.values[:-1], float).reshape(LANDMARKS.shape), expected, equal_nan=True)


def test_a_stance_is_stamped_with_its_midstance_and_has_the_columns_of_the_file() -> None:
    sample = of_stance(stance("right", 3.25, drop=4.5, naming=KNOWN, absences=2))
    assert sample is not None
    assert (sample.stream, sample.stamp_s) == ("stances", ZERO_S + 3.25 + OFFSET_S)
    found = values(sample)
    assert (found["side"], found["midstance_s"], found["pelvic_drop_mid_deg"], found["absences"]) == (1.0, 3.25, 4.5, 2)


def test_what_is_unknown_of_a_stance_is_nan_and_never_zero() -> None:
    found = values(of_stance(stance(drop=None, step_width_hip=None, naming=KNOWN)))
    assert math.isnan(found["pelvic_drop_mid_deg"]) and math.isnan(found["step_width_hip"])
    assert math.isnan(found["pelvis_sigma_deg"])
    assert found["drop_level_deg"] == 0.0, "a zero that was measured stays one"


@pytest.mark.parametrize(
    ("side", "naming", "code"),
    [
        ("left", KNOWN, 0.0),
        ("right", KNOWN, 1.0),
        ("left", Naming("posterior", unsure=True), math.nan),
        ("right", None, math.nan),
    ],
)
def test_the_side_is_a_code_and_nan_where_it_is_not_sure(side: str, naming: Naming | None, code: float) -> None:
    found = values(of_stance(stance(side, naming=naming)))  # type: ignore[arg-type]
    assert found["side"] == pytest.approx(code, nan_ok=True)


def test_stances_of_a_pause_by_hand_are_left_out_as_in_the_file() -> None:
    samples = begun()
    samples.of(controls.SetPaused(paused=True))
    assert samples.of(stance(midstance_s=1.0)) is None
    samples.of(controls.SetPaused(paused=False))
    assert samples.of(stance(midstance_s=1.0)) is None, "told once more, it is still of the pause"
    assert samples.of(stance(midstance_s=1.4)) is not None


def test_a_cue_is_five_texts_empty_where_unknown() -> None:
    sample = begun().of(cue(4.0))
    assert sample is not None
    assert (sample.stream, sample.stamp_s) == ("cues", ZERO_S + 4.0 + OFFSET_S)
    assert sample.values == ("Hips level", "pelvic_drop_mid_deg", "", "too far", "")


def test_a_heard_cue_tells_its_side_and_latency() -> None:
    sample = begun().of(msgspec.structs.replace(cue(4.0), side="left", audible=True, latency_s=0.12345))
    assert sample is not None
    assert sample.values[2:] == ("left", "too far", "0.123")


def test_before_the_first_frame_nothing_can_be_stamped() -> None:
    samples = Samples(OFFSET_S)
    assert samples.of(stance()) is None and samples.of(cue(1.0)) is None


def test_a_successor_keeps_the_clock_and_sends_nothing_twice() -> None:
    def told() -> list[tuple[object, ...]]:
        messages: list[tuple[object, ...]] = [(seen("posterior"),)]
        for number in range(60):
            messages.append((at(number / 30), swapped(LANDMARKS)))
            if number % 10 == 9:
                messages.append((stance(midstance_s=number / 30, naming=KNOWN),))
            if number == 30:
                messages.append((cue(1.0),))
        return messages

    def sent(samples: Samples, messages: list[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
        for message in messages:
            sample = samples.of(*message)  # type: ignore[arg-type]
            if sample is not None:
                yield sample.stream, sample.stamp_s, np.asarray(sample.values).tobytes()

    whole = list(sent(Samples(OFFSET_S), told()))
    first = Samples(OFFSET_S)
    before = list(sent(first, told()[:40]))
    written = handover.encode(first.state())
    after = list(sent(Samples(OFFSET_S + 3e-6, handover.decode(written, SamplesState)), told()[30:]))
    assert before + after == whole, "a clock measured anew differs a little; the first one is kept"


def ticking(step_s: float, at_s: list[float]) -> Callable[[], float]:
    """A clock that counts in steps; each look at it takes 0.1 ms."""

    def clock() -> float:
        at_s[0] += 1e-4
        return math.floor(at_s[0] / step_s) * step_s if step_s else at_s[0]

    return clock


@pytest.mark.parametrize("step_s", [0.0, 0.0156])
def test_the_clocks_are_compared_to_a_reading_also_where_ours_moves_in_coarse_steps(step_s: float) -> None:
    at_s = [100.0]
    ours, exact = ticking(step_s, at_s), ticking(0.0, at_s)
    assert clock_offset(ours, lambda: exact() + 7.0) == pytest.approx(7.0, abs=3e-4)


def test_the_offset_places_lsls_own_clock_between_two_readings_of_ours() -> None:
    pylsl = pytest.importorskip("pylsl")
    offset_s = clock_offset(time.monotonic, pylsl.local_clock)
    before_s = time.monotonic()
    theirs_s = pylsl.local_clock()
    after_s = time.monotonic()
    assert before_s + offset_s - 1e-4 <= theirs_s <= after_s + offset_s + 1e-4
