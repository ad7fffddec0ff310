"""Double maps of an 8-bit network as 8-bit numbers: the same answers to the last digit, in less time.

    python -m models.frontal.training.doubling FILE...

Between two 8-bit convolutions the doubling of a map (every cell becomes four) is left in float: numbers are made floats, doubled cell by cell,
added to others and made 8-bit again. To copy cells gives the same before numbers are made floats. ONNX Runtime then adds in 8 bits as well.
Doubling is written as two joinings of a map with itself, which copy whole rows; its own operator goes cell by cell.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import NodeProto, helper, numpy_helper

from .rewriting import rewrite_named


def doubled(network: onnx.ModelProto) -> int:
    """Change a network in place. Returns how many doublings of maps it had; a second time there are none."""
    graph = onnx.shape_inference.infer_shapes(network).graph
    shapes = {value.name: [at.dim_value for at in value.type.tensor_type.shape.dim] for value in graph.value_info}
    made_by = {name: node for node in network.graph.node for name in node.output}
    nodes = list(network.graph.node)
    doublings = [node for node in nodes if node.op_type == "Resize"]
    for resize in doublings:
        dequantise = made_by[resize.input[0]]
        if dequantise.op_type != "DequantizeLinear":
            raise SystemExit(f"{resize.name} does not follow an 8-bit convolution: quantise the network first")
        whole, scale, zero = dequantise.input
        name = f"/doubled{resize.name}"
        _, channels, rows, columns = shapes[resize.input[0]]
        instead = _joined_with_itself(network, name, whole, (channels, rows, columns))
        instead.append(
            helper.make_node("DequantizeLinear", [f"{name}/map", scale, zero], [resize.output[0]], name=f"{name}/Float")
        )
        at = nodes.index(resize)
        nodes[at : at + 1] = instead
        nodes.remove(dequantise)
    del network.graph.node[:]
    network.graph.node.extend(nodes)
    onnx.checker.check_model(network, full_check=True)
    return len(doublings)


def _joined_with_itself(
    network: onnx.ModelProto, name: str, source: str, size: tuple[int, int, int]
) -> list[NodeProto]:
    """Nodes that make `name`/map (1, channels, 2 rows, 2 columns) of a map of that size (channels, rows, columns)."""
    channels, rows, columns = size
    for shape_name, shape in (
        ("rows", (1, rows, 2 * columns * channels)),
        ("cells", (1, 2 * rows, 2 * columns, channels)),
    ):
        network.graph.initializer.append(numpy_helper.from_array(np.array(shape, np.int64), f"{name}/{shape_name}"))
    steps: list[tuple[str, list[str], str, dict[str, object]]] = [
        ("Transpose", [source], "last", {"perm": [0, 2, 3, 1]}),  # channels last, as 8-bit convolutions have them
        ("Concat", [f"{name}/last"] * 2, "wide", {"axis": 3}),
        ("Reshape", [f"{name}/wide", f"{name}/rows"], "flat", {}),
        ("Concat", [f"{name}/flat"] * 2, "high", {"axis": 2}),
        ("Reshape", [f"{name}/high", f"{name}/cells"], "all", {}),
        ("Transpose", [f"{name}/all"], "map", {"perm": [0, 3, 1, 2]}),
    ]
    return [
        helper.make_node(operator, inputs, [f"{name}/{output}"], name=f"{name}/{operator}_{output}", **attributes)
        for operator, inputs, output, attributes in steps
    ]


if __name__ == "__main__":
    rewrite_named(__doc__, doubled)
