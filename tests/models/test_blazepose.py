"""The conversion of BlazePose: outputs that are dropped take nothing else with them, and half precision changes no number."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

onnx = pytest.importorskip("onnx", reason="conversion needs the optional group `conversion`")

from onnx import TensorProto, helper, numpy_helper

from models.blazepose.build import keep_outputs, store_half


def network(weights: np.ndarray) -> onnx.ModelProto:
    """picture (1, 8) -> scores = picture @ weights (1, 16), and mask = scores + 1, which nobody reads."""
    nodes = [
        helper.make_node("MatMul", ["picture", "weights"], ["scores"]),
        helper.make_node("Add", ["scores", "one"], ["mask"]),
    ]
    made = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 8])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 16]) for name in ("scores", "mask")],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(np.ones(1, np.float32), "one")],
    )  # fmt: skip
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def run(model: onnx.ModelProto) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"picture": np.linspace(-1, 1, 8, dtype=np.float32)[None]})


def weights(exact: bool) -> np.ndarray:
    drawn = np.random.default_rng(1).normal(size=(8, 16)).astype(np.float32)
    return drawn.astype(np.float16).astype(np.float32) if exact else drawn


def test_only_the_named_output_is_left_with_what_it_needs() -> None:
    model = network(weights(exact=True))
    before = run(model)[0]
    keep_outputs(model, {"scores": "landmarks"})
    assert [output.name for output in model.graph.output] == ["landmarks"]
    assert [node.op_type for node in model.graph.node] == ["MatMul"]
    assert [tensor.name for tensor in model.graph.initializer] == ["weights"]
    assert (run(model)[0] == before).all()


def test_weights_that_are_exact_in_half_precision_are_stored_so_and_answer_the_same() -> None:
    model = network(weights(exact=True))
    before = run(model)
    store_half(model)
    assert {tensor.name: tensor.data_type for tensor in model.graph.initializer} == {
        "weights_half": TensorProto.FLOAT16, "one": TensorProto.FLOAT,
    }  # fmt: skip
    assert all((a == b).all() for a, b in zip(run(model), before, strict=True))


def test_weights_that_would_change_stay_as_they_are() -> None:
    model = network(weights(exact=False))
    store_half(model)
    assert {tensor.data_type for tensor in model.graph.initializer} == {TensorProto.FLOAT}
