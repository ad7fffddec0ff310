"""Which execution provider runs the networks: the fastest whose angles are those of the processor."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import onnxruntime
import pytest

from runform_live import config
from runform_live.doctor import providers
from runform_live.doctor.providers import MOST_DEG, Measured, best, difference_deg
from runform_live.messages import INDEX, LANDMARKS
from runform_live.pose.providers import in_turn, offered

OPENVINO = "OpenVINOExecutionProvider"
AVAILABLE = ["AzureExecutionProvider", OPENVINO, "CPUExecutionProvider"]
REAL = onnxruntime.InferenceSession


def standing(hip_down_px: float = 0.0) -> np.ndarray:
    """One frame of a person; the right hip is so much lower, 100 px beside the left one."""
    points = np.full((1, len(LANDMARKS), 3), np.nan)
    for side, x_px in (("left", 500.0), ("right", 600.0)):
        for joint, y_px in (("hip", 300.0), ("knee", 450.0), ("ankle", 600.0)):
            points[0, INDEX[f"{side}_{joint}"]] = x_px, y_px, 1.0
    points[0, INDEX["right_hip"], 1] += hip_down_px
    return points


def test_what_sends_pictures_to_a_server_is_never_used_and_the_processor_always_can_be() -> None:
    assert offered(AVAILABLE) == ("cpu", "openvino")
    assert offered([]) == ("cpu",)
    assert in_turn("openvino", AVAILABLE) == [OPENVINO, "CPUExecutionProvider"]


def test_a_provider_that_was_taken_away_since_is_replaced_by_the_processor() -> None:
    assert in_turn("cuda", AVAILABLE) == ["CPUExecutionProvider"]
    assert in_turn("cpu", AVAILABLE) == ["CPUExecutionProvider"]


def test_the_difference_is_that_of_the_line_that_turned_most() -> None:
    assert difference_deg(standing(), standing()) == 0.0
    assert difference_deg(standing(1.0), standing()) == pytest.approx(np.degrees(np.arctan2(1.0, 100.0)), abs=1e-9)
    lacks = standing()
    lacks[0, INDEX["left_ankle"]] = np.nan
    assert difference_deg(lacks, standing()) == np.inf


def test_the_fastest_that_agrees_is_chosen_if_it_is_worth_it() -> None:
    cpu, wrong = Measured(standing(), 10.0), Measured(standing(1.0), 1.0)
    assert best({"cpu": cpu, "cuda": Measured(standing(), 4.0), "openvino": Measured(standing(), 6.0)}) == "cuda"
    assert best({"cpu": cpu, "cuda": wrong, "openvino": Measured(standing(), 6.0)}) == "openvino"
    assert best({"cpu": cpu, "cuda": wrong, "openvino": Measured(standing(), 9.5)}) == "cpu"
    assert best({"cpu": cpu, "coreml": Measured(standing(), 1.0, "no driver")}) == "cpu"


class StandIn:
    """A session on a made provider: the processor's, whose answers are moved by so much. It says no by an error where that is None."""

    moved: float | None = 0.0
    asked: list[list[str]] = []  # noqa: RUF012 (of all sessions)

    def __init__(self, content: bytes, options: Any, providers: list[str]) -> None:
        StandIn.asked.append(providers)
        self._made = providers[0] == OPENVINO
        if self._made and StandIn.moved is None:
            raise RuntimeError("no device found\nlong story")
        self._real = REAL(content, options, providers=["CPUExecutionProvider"])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def run(self, names: list[str], given: dict[str, Any]) -> list[Any]:
        """Landmarks are turned about the corner of the crop."""
        out = self._real.run(names, given)
        if not self._made or not StandIn.moved:
            return out
        turned = np.array([[1.0, StandIn.moved, 0.0], [-StandIn.moved, 1.0, 0.0], [0.0, 0.0, 1.0]], np.float32)
        return [one @ turned if name == "landmarks" else one for name, one in zip(names, out, strict=True)]


@pytest.fixture
def offers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: AVAILABLE)
    monkeypatch.setattr(onnxruntime, "InferenceSession", StandIn)
    monkeypatch.setattr(providers, "FRAMES", 6)
    StandIn.asked, StandIn.moved = [], 0.0


def test_nothing_is_said_where_there_is_only_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        onnxruntime, "get_available_providers", lambda: ["AzureExecutionProvider", "CPUExecutionProvider"]
    )
    assert providers.check(config.load()) is None


@pytest.mark.parametrize(("moved", "words"), [(0.05, "differ"), (None, "no device found")])
def test_one_that_disagrees_or_refuses_is_not_used_and_the_doctor_says_why(
    moved: float | None, words: str, offers: None
) -> None:
    StandIn.moved = moved
    settings = config.load()
    settings = msgspec.structs.replace(settings, pose=msgspec.structs.replace(settings.pose, provider="openvino"))
    found = providers.check(settings)
    assert found is not None and found.seen.startswith("the processor")
    assert words in found.advice and "long story" not in found.advice
    assert config.load().pose.provider == "cpu"
    assert [OPENVINO, "CPUExecutionProvider"] in StandIn.asked


def test_a_faster_one_that_agrees_is_kept_in_the_settings(offers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "best", lambda measured: "openvino" if best_agrees(measured) else "cpu")
    found = providers.check(config.load())
    assert found is not None and found.seen.startswith("openvino") and not found.advice
    assert config.load().pose.provider == "openvino"


def best_agrees(measured: dict[Any, Measured]) -> bool:
    return difference_deg(measured["openvino"].landmarks, measured["cpu"].landmarks) <= MOST_DEG
