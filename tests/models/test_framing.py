"""What a stored picture shows, and that networks, cards and generator name the same landmarks."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from models.frontal.framing import FRAMINGS, LABELS, MARGIN
from models.frontal.training.plan import PLANS
from runform_live.pose import cards

CARDS = {"body": cards.find("frontal", "landmarks"), "pelvis": cards.find("frontal-pelvis", "detail")}


def test_the_region_of_a_person_is_measured_in_trunks() -> None:
    points = {
        "left_shoulder": np.array([80.0, 100.0]), "right_shoulder": np.array([120.0, 100.0]),
        "left_hip": np.array([85.0, 200.0]), "right_hip": np.array([115.0, 200.0]),
    }  # fmt: skip
    centre, high_px = FRAMINGS["body"].region(points)
    assert centre == pytest.approx(np.array([100.0, 240.0]))
    assert high_px == pytest.approx(330.0)
    centre, high_px = FRAMINGS["pelvis"].region(points)
    assert centre == pytest.approx(np.array([100.0, 200.0]))
    assert high_px == pytest.approx(110.0)


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_a_stored_picture_has_the_shape_of_the_networks_input_and_no_fewer_pixels(framing: str) -> None:
    width, height = PLANS[framing].input_px
    stored_width, stored_height = FRAMINGS[framing].size_px
    assert stored_width / stored_height == pytest.approx(width / height)
    assert stored_height >= height * MARGIN - 1e-9


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_the_card_names_the_landmarks_in_the_order_of_the_networks_outputs(framing: str) -> None:
    plan, card = PLANS[framing], CARDS[framing].network
    assert {name: row for row, name in enumerate(plan.labels)} == dict(card.landmarks)
    assert (card.input.width_px, card.input.height_px) == plan.input_px
    assert set(plan.labels) <= set(LABELS)
    assert card.file == plan.shipped.name


@pytest.mark.parametrize("framing", ["body", "pelvis"])
@pytest.mark.parametrize("kind", ["float_file", "shipped"])
def test_a_file_answers_a_landmark_for_each_label_and_the_view(framing: str, kind: str) -> None:
    plan = PLANS[framing]
    session = onnxruntime.InferenceSession(str(getattr(plan, kind)), providers=["CPUExecutionProvider"])
    width, height = plan.input_px
    shape = CARDS[framing].network.input.shape if kind == "shipped" else (1, height, width, 3)
    picture = np.zeros(shape, np.float32)
    landmarks, view = session.run(["landmarks", "view"], {"picture": picture})
    assert landmarks.shape == (1, len(plan.labels), 3)
    assert view.shape == (1, 1)
    assert 0 <= view[0, 0] <= 1
    assert (landmarks[0, :, 2] > 0).all()


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_mirroring_exchanges_the_sides_of_every_landmark_and_nothing_else(framing: str) -> None:
    plan = PLANS[framing]
    for name, row in zip(plan.labels, plan.mirrored(), strict=True):
        other = plan.labels[row]
        assert other.removeprefix("left_").removeprefix("right_") == name.removeprefix("left_").removeprefix("right_")
        assert (other == name) == (name == "c7")
        assert plan.mirrored()[row] == plan.labels.index(name)
    assert plan.pair("hip") == (plan.labels.index("left_hip"), plan.labels.index("right_hip"))
