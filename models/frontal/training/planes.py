"""Let an 8-bit network take its picture as it computes with it: the same answers to the last digit, in less time.

    python -m models.frontal.training.planes FILE...

An exported network takes a picture with its channels last and values from 0 to 1, sorts it by channels and scales it to -2..2. Who makes
the picture ready scales it anyway, and sorts 8-bit numbers in less time.
"""

from __future__ import annotations

import onnx

from .rewriting import rewrite_named

BEFORE = ["Transpose", "Mul", "Sub"]  # what an exported network does with its picture first


def takes_planes(network: onnx.ModelProto) -> bool:
    """Change a network's input (1, height, width, 3; 0..1) to (1, 3, height, width; -2..2) in place. False where it is so already."""
    graph = network.graph
    picture = graph.input[0]
    _, height, width, channels = (at.dim_value for at in picture.type.tensor_type.shape.dim)
    if channels != 3:
        return False
    taken, gone = picture.name, []
    for operator in BEFORE:
        takers = [node for node in graph.node if taken in node.input]
        if [node.op_type for node in takers] != [operator]:
            raise SystemExit(f"the picture does not go through {', '.join(BEFORE)} first: this is no exported network")
        gone += takers
        taken = takers[0].output[0]
    for node in gone:
        graph.node.remove(node)
    for node in graph.node:
        node.input[:] = [picture.name if name == taken else name for name in node.input]
    names = {name for node in gone for name in (*node.input, *node.output)}
    for described in (graph.initializer, graph.value_info):
        for one in [one for one in described if one.name in names]:
            described.remove(one)
    for at, size in zip(picture.type.tensor_type.shape.dim, (1, 3, height, width), strict=True):
        at.dim_value = size
    onnx.checker.check_model(network, full_check=True)
    return True


if __name__ == "__main__":
    rewrite_named(__doc__, takes_planes)
