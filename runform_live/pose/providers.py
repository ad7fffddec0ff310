"""What ONNX Runtime can run networks on, by the names in the settings. The processor is always there, and what all else must agree with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Provider = Literal["cpu", "cuda", "directml", "coreml", "openvino"]
# Azure's sends pictures to a server, and is never used. TensorRT takes minutes to build its engines at the first start.
NAMES: dict[Provider, str] = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}


def offered(available: Iterable[str]) -> tuple[Provider, ...]:
    """Those of ONNX Runtime's available providers that are used here, the processor first."""
    there = set(available)
    return tuple(provider for provider, name in NAMES.items() if provider == "cpu" or name in there)


def in_turn(provider: Provider, available: Iterable[str]) -> list[str]:
    """Whom a session asks: the chosen provider, if it is there, then the processor for what that cannot run."""
    chosen = [NAMES[provider]] if provider in offered(available) else []
    return list(dict.fromkeys([*chosen, NAMES["cpu"]]))
