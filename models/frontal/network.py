"""The frontal network: BlazePose lite's encoder and pyramid, which have seen real people, and a head of our own.

Input (n, 3, 256, 256) RGB 0..1. Outputs: landmarks (n, 19, 3: x, y, sigma; input px) by integral regression over 64 x 64
(Sun et al. 2018, ECCV), and the view (n, 1: logit that the person is seen from behind).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as nnf
from onnx import numpy_helper
from torch import Tensor, nn

INPUT_PX = 256
CELLS = 64
LANDMARKS = 19
SHARPNESS = 4.0  # of the softmax at the start: a flat one hardly learns
PYRAMID, DETAIL, DEEP = "pyramid", "detail", "deep"


class Encoder(nn.Module):
    """The part of an ONNX graph that leads to three of its tensors, as trainable PyTorch layers."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        graph = onnx.load(str(path)).graph
        fixed = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        for node in graph.node:
            if node.op_type == "Cast":
                fixed[node.output[0]] = fixed[node.input[0]].astype(np.float32)
        nodes = [node for node in graph.node if node.op_type != "Cast"]
        wanted = self._wanted(nodes)
        needed, kept = set(wanted.values()), []
        for node in reversed(nodes):
            if needed.intersection(node.output):
                needed.update(node.input)
                kept.append(node)
        self.steps: list[tuple[str, list[str], str, object]] = []
        self.layers = nn.ModuleDict()
        for number, node in enumerate(reversed(kept)):
            self._add(number, node, fixed)
        self.wanted = wanted
        self.source = graph.input[0].name

    @staticmethod
    def _wanted(nodes: list[onnx.NodeProto]) -> dict[str, str]:
        """Found by their place in the graph: the pyramid at stride 4, the encoder at stride 4, the top of the pyramid at 32."""
        sums = [node for node in nodes if node.op_type == "Add"]
        resized = {node.output[0] for node in nodes if node.op_type == "Resize"}
        pyramid = [node for node in sums if resized.intersection(node.input)]
        deep = next(node for node in nodes if node.op_type == "Resize").input[0]
        plain = [node for node in sums if not resized.intersection(node.input)]
        return {PYRAMID: pyramid[2].output[0], DETAIL: plain[1].output[0], DEEP: deep}

    def _add(self, number: int, node: onnx.NodeProto, fixed: dict[str, np.ndarray]) -> None:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        inputs = [name for name in node.input if name and name not in fixed]
        extra: object = None
        if node.op_type == "Conv":
            weight = fixed[node.input[1]]
            pads = attributes.get("pads", [0, 0, 0, 0])
            conv = nn.Conv2d(
                weight.shape[1] * attributes.get("group", 1), weight.shape[0], tuple(weight.shape[2:]),
                tuple(attributes.get("strides", (1, 1))), 0, 1, attributes.get("group", 1), len(node.input) > 2,
            )  # fmt: skip
            conv.weight.data = torch.tensor(weight)
            if conv.bias is not None:
                conv.bias.data = torch.tensor(fixed[node.input[2]])
            if attributes.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
                raise ValueError("automatic padding is not read")
            self.layers[str(number)] = conv
            extra = (pads[1], pads[3], pads[0], pads[2])
        elif node.op_type == "Pad":
            pads = [int(v) for v in fixed[node.input[1]]]
            half = len(pads) // 2
            extra = [v for axis in range(half - 1, -1, -1) for v in (pads[axis], pads[half + axis])]
        elif node.op_type == "Transpose":
            extra = list(attributes["perm"])
        elif node.op_type not in ("Clip", "Add", "Resize", "MaxPool"):
            raise ValueError(f"operation {node.op_type} is not read")
        self.steps.append((node.op_type, inputs, node.output[0], (str(number), extra)))

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        values: dict[str, Tensor] = {self.source: picture.permute(0, 2, 3, 1)}
        for kind, inputs, output, (key, extra) in self.steps:
            first = values[inputs[0]]
            if kind == "Conv":
                if any(extra):
                    first = nnf.pad(first, extra)
                values[output] = self.layers[key](first)
            elif kind == "Clip":
                values[output] = nnf.relu6(first)
            elif kind == "Add":
                values[output] = first + values[inputs[1]]
            elif kind == "Pad":
                values[output] = nnf.pad(first, extra)
            elif kind == "Transpose":
                values[output] = first.permute(extra)
            elif kind == "MaxPool":
                values[output] = nnf.max_pool2d(first, 2)
            else:
                values[output] = nnf.interpolate(first, scale_factor=2.0, mode="bilinear", align_corners=False)
        return {name: values[tensor] for name, tensor in self.wanted.items()}


class Frontal(nn.Module):
    """Encoder and head. `encoder` is BlazePose lite as ONNX with all its outputs: models/blazepose/build.py --work leaves it."""

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        self.encoder = Encoder(encoder)
        with torch.no_grad():
            seen = self.encoder(torch.zeros(1, 3, INPUT_PX, INPUT_PX))
        channels = seen[PYRAMID].shape[1] + seen[DETAIL].shape[1]
        # The encoder's maps differ a hundredfold in size; without normalisation most of the head would be saturated.
        self.head = nn.Sequential(
            nn.BatchNorm2d(channels),
            *self._block(channels, 64),
            *self._block(64, 64),
            nn.Conv2d(64, LANDMARKS, 1),
        )
        deep = seen[DEEP].shape[1]
        self.doubt = nn.Linear(deep * 4 + LANDMARKS, LANDMARKS)
        self.view = nn.Linear(deep * 4, 1)
        nn.init.zeros_(self.doubt.weight)
        nn.init.constant_(self.doubt.bias, 1.0)
        cells = (torch.arange(CELLS, dtype=torch.float32) + 0.5) * (INPUT_PX / CELLS)
        self.register_buffer("cells", cells)

    @staticmethod
    def _block(given: int, wanted: int) -> list[nn.Module]:
        return [
            nn.Conv2d(given, given, 5, padding=2, groups=given, bias=False),
            nn.Conv2d(given, wanted, 1, bias=False),
            nn.BatchNorm2d(wanted),
            nn.ReLU6(),
        ]

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.encoder(picture)
        maps = SHARPNESS * self.head(torch.cat([seen[PYRAMID], seen[DETAIL]], dim=1))
        share = torch.softmax(maps.flatten(2), dim=2).view_as(maps)
        across, down = share.sum(dim=2), share.sum(dim=3)
        x, y = (across * self.cells).sum(dim=2), (down * self.cells).sum(dim=2)
        spread = (across * self.cells.square()).sum(2) - x.square() + (down * self.cells.square()).sum(2) - y.square()
        whole = nnf.avg_pool2d(seen[DEEP], seen[DEEP].shape[-1] // 2).flatten(1)
        doubt = self.doubt(torch.cat([whole, torch.log(spread.clamp_min(0.1))], dim=1))
        sigma = torch.exp(doubt.clamp(-3.0, 4.0))
        return torch.stack([x, y, sigma], dim=2), self.view(whole)
