"""What runs the networks fastest, where ONNX Runtime offers more than the processor: measured on the shipped clip, and kept in the settings."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import msgspec
import numpy as np
import numpy.typing as npt
import onnxruntime

from runform_live import own_settings
from runform_live.capture.source_name import DEMO
from runform_live.capture.sources import File
from runform_live.config import Config
from runform_live.doctor.finding import Finding, english
from runform_live.errors import BadInput
from runform_live.messages import INDEX, Frame, Picture
from runform_live.pose.open import open_estimator
from runform_live.pose.providers import Provider, offered
from runform_live.pose.settings import PoseSettings
from runform_live.texts import Texts

FRAMES, WARMING = 16, 4  # of the shipped clip; the first ones are not timed
MOST_DEG = 0.05  # that an angle may differ from the processor's
LEAST_GAIN = 0.1  # of the time; less is no reason to leave the processor
_LINES = np.array(
    [
        [INDEX[start], INDEX[end]]
        for start, end in (
            ("left_hip", "right_hip"),
            *((f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in (("hip", "knee"), ("knee", "ankle"))),
        )
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """What one provider gave: landmarks (frames, landmarks, 3) and the median time of a picture; or why it cannot run the networks."""

    landmarks: npt.NDArray[np.float64]
    picture_ms: float
    trouble: str = ""


def difference_deg(landmarks: npt.NDArray[np.float64], of_cpu: npt.NDArray[np.float64]) -> float:
    """The largest difference of the directions of pelvis, thighs and shanks; infinite where one has landmarks that the other lacks.

    Both (frames, landmarks, 3: x_px, y_px, sigma_px).
    """
    turns = []
    for each in (landmarks, of_cpu):
        along = each[:, _LINES[:, 1], :2] - each[:, _LINES[:, 0], :2]
        turns.append(np.arctan2(along[..., 1], along[..., 0]))
    if (np.isnan(turns[0]) != np.isnan(turns[1])).any():
        return np.inf
    apart = np.degrees(np.abs((turns[0] - turns[1] + np.pi) % (2 * np.pi) - np.pi))
    return float(np.nanmax(apart)) if np.isfinite(apart).any() else 0.0


def best(measured: Mapping[Provider, Measured]) -> Provider:
    """The fastest that agrees with the processor, and is worth it."""
    cpu = measured["cpu"]
    good = {name: one.picture_ms for name, one in measured.items() if not _fault(one, cpu)}
    if not good:
        return "cpu"
    fastest = min(good, key=lambda name: good[name])
    return fastest if good[fastest] < (1.0 - LEAST_GAIN) * cpu.picture_ms else "cpu"


def _fault(one: Measured, cpu: Measured) -> bool:
    return bool(one.trouble) or difference_deg(one.landmarks, cpu.landmarks) > MOST_DEG


def check(config: Config, said: Texts | None = None) -> Finding | None:
    """Measure what is offered, and keep the best in a person's settings. None where there is nothing but the processor to choose from."""
    said = said or english()
    choice = offered(onnxruntime.get_available_providers())
    if len(choice) == 1:
        return None
    pictures = _pictures()
    measured = {name: _measure(config.pose, name, pictures) for name in choice}
    chosen, cpu = best(measured), measured["cpu"]
    advice = [_why_not(said, name, one, cpu) for name, one in measured.items() if name not in ("cpu", chosen)]
    if chosen != config.pose.provider:
        try:
            own_settings.save({("pose", "provider"): own_settings.DELIVERED if chosen == "cpu" else chosen})
        except BadInput as trouble:
            advice.append(said("doctor.providers.not_kept", reason=trouble))
    cpu_ms = f"{cpu.picture_ms:.1f}"
    if chosen == "cpu":
        seen = said("doctor.providers.processor", cpu_ms=cpu_ms)
    else:
        seen = said("doctor.providers.fastest", name=chosen, ms=f"{measured[chosen].picture_ms:.1f}", cpu_ms=cpu_ms)
    figures = {f"{name}_ms": one.picture_ms for name, one in measured.items() if not one.trouble}
    return Finding("provider", "good", seen, "; ".join(advice), figures)


def _why_not(said: Texts, name: str, one: Measured, cpu: Measured) -> str:
    if one.trouble:
        return said("doctor.providers.refused", name=name, reason=one.trouble)
    apart_deg = difference_deg(one.landmarks, cpu.landmarks)
    if apart_deg > MOST_DEG:
        return said("doctor.providers.differs", name=name, deg=f"{apart_deg:.2f}")
    return said("doctor.providers.slower", name=name, ms=f"{one.picture_ms:.1f}")


def _pictures() -> list[tuple[float, Picture]]:
    film = File(str(DEMO))
    try:
        return [read for _ in range(FRAMES) if (read := film.read()) is not None]
    finally:
        film.close()


def _measure(settings: PoseSettings, provider: Provider, pictures: Sequence[tuple[float, Picture]]) -> Measured:
    found, took_ms = [], []
    try:
        estimator = open_estimator(msgspec.structs.replace(settings, provider=provider), warm=True)
        for number, (time_s, picture) in enumerate(pictures, 1):
            began_s = time.perf_counter()
            found.append(estimator.see(picture, Frame.of(picture, number, time_s))[1])
            took_ms.append(1e3 * (time.perf_counter() - began_s))
    except Exception as trouble:  # a driver raises whatever it likes
        return Measured(
            np.empty((0, 0, 3)), np.inf, str(trouble).splitlines()[0] if str(trouble) else type(trouble).__name__
        )
    return Measured(np.array(found), median(took_ms[WARMING:]))
