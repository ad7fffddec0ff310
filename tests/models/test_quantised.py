"""What ships answers like the float network that it was made of, on pictures of a runner."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest

from models.frontal.training.batches import Batch, Pictures, as_planes, batch
from models.frontal.training.plan import PLANS
from tests.models.makers import demo_shard

# Twice what was measured (0.16 px, 0.32 px and 0.15 deg), because processors differ.
MEDIAN_PX, MOST_PX, TILT_DEG, TILT_MEAN_DEG = 0.3, 0.65, 0.3, 0.1


def answers(path: Path, pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Landmarks (n, labels, 3) of pictures (n, height, width, 3; RGB). Files in float/ have their channels last."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    ready = pictures.astype(np.float32) / 255
    if session.get_inputs()[0].shape[1] == 3:
        ready = as_planes(ready)
    return np.concatenate([session.run(["landmarks"], {"picture": one[None]})[0] for one in ready])


def demo_batch(folder: Path, framing: str, films: int) -> Batch:
    """All pictures of a shard with so many films."""
    pictures = Pictures([demo_shard(folder, framing, films=films)], framing)
    return batch(pictures, pictures.films, pictures.plan.input_px, None)


def as_tensor(shown: Batch) -> Any:
    """Pictures as PyTorch takes them (n, 3, height, width; 0 to 1)."""
    return pytest.importorskip("models.frontal.training.tensors").to_tensors(shown)[0]


def apart_px(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    """The median distance of landmarks (n, landmarks, 3)."""
    return float(np.median(np.linalg.norm(one[..., :2] - other[..., :2], axis=2)))


def hip_tilt_deg(landmarks: npt.NDArray[np.float32], pair: tuple[int, int]) -> npt.NDArray[np.float64]:
    across = landmarks[:, pair[1], :2] - landmarks[:, pair[0], :2]
    return np.asarray(np.degrees(np.arctan2(across[:, 1], across[:, 0])), np.float64)


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_the_8_bit_network_moves_landmarks_by_parts_of_a_pixel(tmp_path: Path, framing: str) -> None:
    plan = PLANS[framing]
    inputs = demo_batch(tmp_path, framing, films=2).pictures
    exact, shipped = answers(plan.float_file, inputs), answers(plan.shipped, inputs)
    each_px = np.linalg.norm(exact[..., :2] - shipped[..., :2], axis=2)
    assert np.median(each_px) < MEDIAN_PX
    assert np.quantile(each_px, 0.95) < MOST_PX
    turned_deg = hip_tilt_deg(exact, plan.pair("hip")) - hip_tilt_deg(shipped, plan.pair("hip"))
    assert np.sqrt(np.mean(turned_deg**2)) < TILT_DEG
    assert abs(np.mean(turned_deg)) < TILT_MEAN_DEG


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_a_mirrored_picture_is_answered_with_exchanged_sides(tmp_path: Path, framing: str) -> None:
    plan = PLANS[framing]
    inputs = demo_batch(tmp_path, framing, films=1).pictures
    plain, mirrored = answers(plan.shipped, inputs), answers(plan.shipped, np.ascontiguousarray(inputs[:, :, ::-1]))
    back = mirrored[:, plan.mirrored(), :2] * [-1, 1] + [plan.input_px[0], 0]
    assert apart_px(back, plain) < 2.5


@pytest.mark.parametrize("framing", ["body", "pelvis"])
@pytest.mark.parametrize(("program", "change"), [("doubling", "doubled"), ("planes", "takes_planes")])
def test_what_ships_has_its_maps_doubled_and_takes_planes_already(framing: str, program: str, change: str) -> None:
    onnx = pytest.importorskip("onnx")
    changes = getattr(pytest.importorskip(f"models.frontal.training.{program}"), change)
    network = onnx.load(str(PLANS[framing].shipped))
    before = network.SerializeToString()
    assert not changes(network)
    assert network.SerializeToString() == before


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_a_network_that_takes_planes_answers_the_same_to_the_last_digit(tmp_path: Path, framing: str) -> None:
    planes = pytest.importorskip("models.frontal.training.planes")
    rewriting = pytest.importorskip("models.frontal.training.rewriting")
    plan = PLANS[framing]
    inputs = demo_batch(tmp_path, framing, films=1).pictures
    sorted_first = tmp_path / plan.file
    shutil.copy(plan.float_file, sorted_first)
    rewriting.rewrite(sorted_first, planes.takes_planes)
    np.testing.assert_array_equal(answers(sorted_first, inputs), answers(plan.float_file, inputs))


def test_a_network_that_was_not_exported_is_refused() -> None:
    onnx = pytest.importorskip("onnx")
    planes = pytest.importorskip("models.frontal.training.planes")
    picture, found = (
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 4, 4, 3]) for name in ("picture", "found")
    )
    relu = onnx.helper.make_node("Relu", ["picture"], ["found"])
    network = onnx.helper.make_model(onnx.helper.make_graph([relu], "other", [picture], [found]))
    with pytest.raises(SystemExit, match="no exported network"):
        planes.takes_planes(network)


@pytest.mark.parametrize(("rows", "columns", "channels"), [(3, 2, 4), (1, 1, 1), (5, 9, 3)])
def test_a_map_doubled_as_8_bit_numbers_gives_the_same_to_the_last_digit(
    tmp_path: Path, rows: int, columns: int, channels: int
) -> None:
    onnx = pytest.importorskip("onnx")
    doubling = pytest.importorskip("models.frontal.training.doubling")
    helper, kinds = onnx.helper, onnx.TensorProto
    nodes = [
        helper.make_node("QuantizeLinear", ["picture", "scale", "zero"], ["whole"]),
        helper.make_node("DequantizeLinear", ["whole", "scale", "zero"], ["float"]),
        helper.make_node(
            "Resize", ["float", "", "times"], ["landmarks"], name="/Resize",
            coordinate_transformation_mode="asymmetric", mode="nearest", nearest_mode="floor",
        ),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "doubles",
        [helper.make_tensor_value_info("picture", kinds.FLOAT, [1, channels, rows, columns])],
        [helper.make_tensor_value_info("landmarks", kinds.FLOAT, [1, channels, 2 * rows, 2 * columns])],
        [
            helper.make_tensor("scale", kinds.FLOAT, [], [0.05]),
            helper.make_tensor("zero", kinds.UINT8, [], [97]),
            helper.make_tensor("times", kinds.FLOAT, [4], [1, 1, 2, 2]),
        ],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path, twice = tmp_path / "once.onnx", tmp_path / "twice.onnx"
    onnx.save(network, str(path))
    assert doubling.doubled(network) == 1
    assert not any(node.op_type == "Resize" for node in network.graph.node)
    onnx.save(network, str(twice))
    picture = np.random.default_rng(3).normal(0, 3, (1, channels, rows, columns)).astype(np.float32)
    exact, copied = (
        onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"]).run(None, {"picture": picture})[0]
        for file in (path, twice)
    )
    np.testing.assert_array_equal(copied, exact)
    assert copied.shape == (1, channels, 2 * rows, 2 * columns)


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_a_file_with_8_bit_numbers_answers_like_the_network_that_rounds(tmp_path: Path, framing: str) -> None:
    torch = pytest.importorskip("torch")
    write = pytest.importorskip("models.frontal.training.eight_bit_file").write
    eight_bit_network = pytest.importorskip("models.frontal.training.eight_bit").eight_bit_network
    plan = PLANS[framing]
    shown = demo_batch(tmp_path, framing, films=1)
    network = eight_bit_network(plan, plan.float_file, [as_tensor(shown)])
    out = tmp_path / "rounds.onnx"
    write(network, plan.float_file, out)
    with torch.no_grad():
        wanted = network(as_tensor(shown))[0].numpy()
    exact, found = answers(plan.float_file, shown.pictures), answers(out, shown.pictures)
    # A number on the border between two steps falls to either side, and what follows from it differs by parts of a step.
    assert apart_px(found, wanted) < 0.75 * apart_px(exact, wanted)


def test_corrected_biases_bring_the_channels_back_to_their_means(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    eight_bit = pytest.importorskip("models.frontal.training.eight_bit")
    plan = PLANS["pelvis"]
    shown = [as_tensor(demo_batch(tmp_path, "pelvis", films=1))]
    network = eight_bit.eight_bit_network(plan, plan.float_file, shown)
    with torch.no_grad():
        exact = eight_bit.plain_network(plan, plan.float_file)
        eight_bit.even_out(exact, shown)
        wanted = eight_bit.channel_means(exact, shown)

        def off() -> float:
            means = eight_bit.channel_means(network, shown)
            return float(torch.cat([(means[place] - wanted[place]).abs() for place in means]).mean())

        for layer in network.modules():
            if isinstance(layer, eight_bit.RoundedConvolution):
                layer.bias += 0.02
        moved = off()
        for _ in range(8):
            eight_bit.correct_biases(network, wanted, shown)
        assert off() < 0.5 * moved


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_to_even_out_the_channels_of_the_stem_changes_no_answer(tmp_path: Path, framing: str) -> None:
    torch = pytest.importorskip("torch")
    eight_bit = pytest.importorskip("models.frontal.training.eight_bit")
    plan = PLANS[framing]
    picture = as_tensor(demo_batch(tmp_path, framing, films=1))
    network = eight_bit.plain_network(plan, plan.float_file)
    with torch.no_grad():
        wanted, sizes = network(picture)[0], network.stem(eight_bit.centred(picture)).amax(dim=(0, 2, 3))
        eight_bit.even_out(network, [picture])
        found, evened = network(picture)[0], network.stem(eight_bit.centred(picture)).amax(dim=(0, 2, 3))
    torch.testing.assert_close(found, wanted, atol=2e-3, rtol=0)
    assert (evened / evened.max()).mean() > 1.2 * (sizes / sizes.max()).mean()


def test_a_map_whose_rare_peaks_are_large_is_told_in_finer_steps_than_its_range_would_give() -> None:
    torch = pytest.importorskip("torch")
    eight_bit = pytest.importorskip("models.frontal.training.eight_bit")
    maps = torch.rand(1, 1, 400, 400, generator=torch.Generator().manual_seed(1))
    maps[0, 0, 0, 0] = 2.5
    cut_off, whole = eight_bit.Rounded(), eight_bit.Rounded(whole_range=True)
    errors = []
    for rounded in (cut_off, whole):
        rounded(maps)
        rounded.take_range()
        errors.append(float((rounded(maps)[0, 0, 1:] - maps[0, 0, 1:]).abs().max()))
    assert errors[0] < 0.75 * errors[1]
    assert errors[1] <= 2.5 / 255
