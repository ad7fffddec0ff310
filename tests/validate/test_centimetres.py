"""The true centimetres of a clip, and the errors against them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from runform_live.gait.body_size import SHOULDER_TO_ANKLE
from runform_live.messages import BodyShares
from runform_live.validate import centimetres
from runform_live.validate.centimetres import COLUMNS, Filmed, InCm
from runform_live.validate.true_stance import TrueStance
from runform_live.validate.truth import Clip
from tests.makers import stance

FILMED = Filmed(height=1.80, distance=3.0, vfov=53.13010235415598, h=720)  # 3 m high at 3 m


def clip(folder: Path) -> Clip:
    stances = [TrueStance("left", 0.9, 1.0, 1.2, {}), TrueStance("right", 1.3, 1.4, 1.6, {"step_width_hip": 0.5})]
    return Clip("a", folder / "a.mp4", stances)


def seen() -> dict[str, np.ndarray]:
    time_s = np.arange(180) / 60.0
    flat = {column: np.full(180, 300.0) for column in COLUMNS}
    # Lowest at each midstance, a tenth of a metre below the highest point before it.
    height_m = 0.95 - 0.05 * np.cos(2 * np.pi * (time_s - 1.0) / 0.4)
    return flat | {"time_s": time_s, "pelvis_height_m": height_m, "right_hip_x_px": np.full(180, 348.0)}


def test_a_picture_of_three_metres_in_720_pixels_has_so_many_centimetres_a_pixel() -> None:
    assert FILMED.cm_per_px == pytest.approx(300.0 / 720.0)


def test_the_true_means_are_those_of_the_exact_pixels_and_of_the_pelvis(tmp_path: Path) -> None:
    found = centimetres.true_cm(clip(tmp_path), seen(), FILMED)
    assert found["step_width_cm"] == pytest.approx(0.5 * 48.0 * 300.0 / 720.0)
    assert found["vertical_oscillation_cm"] == pytest.approx(10.0, abs=0.1)


def written(folder: Path, made: dict[str, object]) -> Clip:
    (folder / "a.json").write_text(json.dumps(made))
    columns = seen()
    rows = [",".join(COLUMNS), *(",".join(f"{columns[name][at]:.5f}" for name in COLUMNS) for at in range(180))]
    (folder / "a.frames.csv").write_text("\n".join(rows) + "\n")
    return clip(folder)


def test_a_clip_that_says_how_it_was_filmed_is_compared(tmp_path: Path) -> None:
    body = BodyShares(hip_width=0.16, trunk=0.4)
    one = written(tmp_path, msgspec.to_builtins(FILMED))
    found = centimetres.of_clip(one, [stance(step_width_hip=0.5)] * 8, body)
    assert found is not None
    assert found.measured["step_width_cm"].mean == pytest.approx(0.5 * 0.16 * 180.0 * SHOULDER_TO_ANKLE)
    assert set(found.true) == {"step_width_cm", "vertical_oscillation_cm"}


@pytest.mark.parametrize("made", [{}, {"height": 1.8}, {"height": -1, "distance": 3, "vfov": 42, "h": 720}])
def test_a_clip_that_does_not_say_how_it_was_filmed_is_left_out(tmp_path: Path, made: dict[str, object]) -> None:
    one = written(tmp_path, made)
    assert centimetres.of_clip(one, [stance()], BodyShares(hip_width=0.16, trunk=0.4)) is None


def test_the_line_tells_bias_and_how_many_intervals_hold_the_truth(tmp_path: Path) -> None:
    one = centimetres.of_clip(
        written(tmp_path, msgspec.to_builtins(FILMED)), [stance(step_width_hip=0.5)] * 8, BodyShares(0.16, 0.4)
    )
    assert one is not None
    far = InCm("b", {"step_width_cm": one.measured["step_width_cm"].mean - 9.0}, one.measured)
    near = InCm("c", {"step_width_cm": one.measured["step_width_cm"].mean - 1.0}, one.measured)
    told = list(centimetres.lines([far, near]))
    assert "step width: bias +5.0 cm, RMS 6.4 cm, 1 of 2" in told[1]
    assert list(centimetres.lines([])) == []
