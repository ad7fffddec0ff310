"""Write a network that rounds (eight_bit.py) as an ONNX file in which ONNX Runtime finds its 8-bit convolutions and additions."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before ONNX Runtime is loaded: it reports its use to its maker otherwise

import numpy as np
import numpy.typing as npt
import onnx
from onnx import ModelProto, NodeProto, helper, numpy_helper
from onnxruntime.quantization.shape_inference import quant_pre_process

from .eight_bit import FIRST, MOST, Rounded, RoundedConvolution
from .network import Frontal, Residual
from .restore import place_of


class _File:
    """A file in float/ that becomes one with 8-bit numbers."""

    def __init__(self, path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            prepared = Path(folder) / "prepared.onnx"
            quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
            self.model: ModelProto = onnx.load(str(prepared))
        self.graph = self.model.graph
        self.nodes = {(place_of(node.name), node.op_type): node for node in self.graph.node}

    def keep(self, name: str, values: npt.NDArray[np.generic]) -> str:
        """Values as a constant of the file."""
        self.graph.initializer.append(numpy_helper.from_array(values, name))
        return name

    def set_layer(self, node: NodeProto, weight: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> None:
        """Give a convolution that stays float these weights."""
        node.input[1:] = [self.keep(f"{node.name}/weight", weight), self.keep(f"{node.name}/bias", bias)]

    def add(self, node: NodeProto, after: NodeProto | None) -> None:
        """Put a node behind another one, or first."""
        at = 0 if after is None else list(self.graph.node).index(after) + 1
        self.graph.node.insert(at, node)

    def round_map(self, name: str, rounded: Rounded) -> None:
        """A map goes to all who take it as 8-bit numbers."""
        takers = [node for node in self.graph.node if name in node.input]
        maker = next(node for node in self.graph.node if name in node.output)
        steps = [
            self.keep(f"{name}/scale", np.array(rounded.scale, np.float32)),
            self.keep(f"{name}/zero", np.array(rounded.zero, np.uint8)),
        ]
        quantise = helper.make_node("QuantizeLinear", [name, *steps], [f"{name}/whole"], f"{name}/Quantise")
        dequantise = helper.make_node(
            "DequantizeLinear", [f"{name}/whole", *steps], [f"{name}/float"], f"{name}/Dequantise"
        )
        self.add(dequantise, maker)
        self.add(quantise, maker)
        for node in takers:
            node.input[:] = [f"{name}/float" if given == name else given for given in node.input]

    def round_layer(self, node: NodeProto, layer: RoundedConvolution, given_scale: float) -> None:
        """Weights of seven bits for a convolution that takes a map in these steps."""
        scale = layer.steps().numpy()
        weight = np.clip(np.rint(layer.weight.detach().numpy() / scale[:, None, None, None]), -MOST, MOST)
        bias = np.rint(layer.bias.detach().numpy().astype(np.float64) / (scale * np.float64(given_scale)))
        if np.abs(bias).max() > np.iinfo(np.int32).max:
            raise SystemExit(f"{node.name}: its bias is too large for steps so small")
        for at, name, values, steps in (
            (1, f"{node.name}/weight", weight.astype(np.int8), scale),
            (2, f"{node.name}/bias", bias.astype(np.int32), (scale * np.float32(given_scale)).astype(np.float32)),
        ):
            constants = [
                self.keep(f"{name}/whole", values),
                self.keep(f"{name}/scale", steps),
                self.keep(f"{name}/zero", np.zeros(len(steps), values.dtype)),
            ]
            self.add(helper.make_node("DequantizeLinear", constants, [name], f"{name}/Dequantise", axis=0), None)
            node.input[at] = name

    def save(self, path: Path) -> None:
        """Without what nobody takes any more."""
        used = {name for node in self.graph.node for name in node.input}
        for constant in [one for one in self.graph.initializer if one.name not in used]:
            self.graph.initializer.remove(constant)
        onnx.checker.check_model(self.model, full_check=True)
        onnx.save(self.model, str(path))


def write(network: Frontal, source: Path, out: Path) -> None:
    """Write a network that rounds. source: the file in float/ that it was made of."""
    file = _File(source)
    scales: dict[str, float] = {}  # of each map

    def rounded(name: str, by: Rounded) -> None:
        scales[name] = by.scale
        file.round_map(name, by)

    layers = {
        place: (file.nodes[place, "Conv"], layer)
        for place, layer in network.named_modules()
        if isinstance(layer, RoundedConvolution)
    }
    given = {place: node.input[0] for place, (node, _) in layers.items()}
    for node, layer in layers.values():
        after = next(taker for taker in file.graph.node if node.output[0] in taker.input)
        rounded(after.output[0] if layer.cut_off else node.output[0], layer.out)
    for place, module in network.named_modules():
        if isinstance(module, Residual) and isinstance(module.sum, Rounded):
            rounded(file.nodes[place, "Relu"].output[0], module.sum)
    for level, by in enumerate(network.sums):
        rounded(given[f"up.{level}.0"], by)
    rounded(given["down.0.0.0"], network.stem[-1])
    for place, (node, layer) in layers.items():
        file.round_layer(node, layer, scales[given[place]])
    first = network.get_submodule(FIRST)
    file.set_layer(file.nodes[FIRST, "Conv"], first.weight.detach().numpy(), first.bias.detach().numpy())
    file.save(out)
