"""A training can be stopped and continued, and the files come from and lead back to the same network."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the optional group `training`")
for library in ("onnx", "onnxruntime"):
    pytest.importorskip(library, reason="the files of networks need the optional group `training`")

import onnxruntime

from models.frontal.training import restore as restoring
from models.frontal.training.batches import Pictures, batch
from models.frontal.training.export import calibrate, write_onnx
from models.frontal.training.network import Frontal
from models.frontal.training.plan import PLANS
from models.frontal.training.restore import convolutions, place_of, restore
from models.frontal.training.tensors import to_tensors
from models.frontal.training.train import HALF_UNTIL, WARM_UP, Trainer, batches, rate_share, size_at
from models.frontal.training.validation import figures_of
from tests.models.makers import demo_shard

pytestmark = pytest.mark.slow
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def pelves(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    return Pictures([demo_shard(tmp_path_factory.mktemp("pelves"), "pelvis", films=3)], "pelvis")


@pytest.fixture(scope="module")
def restored(pelves: Pictures) -> Frontal:
    """The pelvis network that ships, as one that can be trained."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restoring, "BATCHES", 2)
        network = Frontal(PLANS["pelvis"])
        restore(network, PLANS["pelvis"].float_file, pelves, seed=1)
    return network.eval()


def trainer(work: Path) -> Trainer:
    made = Trainer(PLANS["pelvis"], work, 1, CPU)
    made.bfloat16 = False  # which is faster is measured, and may differ from one to the next
    return made


def learn(one: Trainer, pictures: Pictures, steps: int) -> list[dict[str, float]]:
    parts = []
    for _ in range(steps):
        made = batch(pictures, pictures.films[:2], one.plan.half_px, np.random.default_rng(one.step))
        parts.append(one.learn(*to_tensors(made), rate=1e-3))
    return parts


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path, pelves: Pictures) -> None:
    whole = trainer(tmp_path / "whole")
    expected = learn(whole, pelves, 4)
    (tmp_path / "stopped").mkdir()
    first = trainer(tmp_path / "stopped")
    learn(first, pelves, 2)
    first.keep()
    second = trainer(tmp_path / "stopped")
    assert second.step == 2
    got = learn(second, pelves, 2)
    assert got == [pytest.approx(parts, rel=1e-5) for parts in expected[2:]]
    pairs = zip(whole.mean.state_dict().values(), second.mean.state_dict().values(), strict=True)
    assert all(torch.allclose(a.float(), b.float(), atol=1e-6) for a, b in pairs)


def test_the_mean_of_the_weights_follows_the_weights(tmp_path: Path, pelves: Pictures) -> None:
    one = trainer(tmp_path)
    before = one.network.stem[0].weight.detach().clone()
    learn(one, pelves, 3)
    weights, mean = one.network.stem[0].weight, one.mean.stem[0].weight
    assert not torch.equal(weights, before)
    assert 0 < (weights - mean).norm() < (weights - before).norm()


def test_the_rate_warms_up_and_falls_to_zero() -> None:
    assert rate_share(0, 0, 10_000) == pytest.approx(1 / WARM_UP)
    assert rate_share(WARM_UP, 0, 10_000) == pytest.approx(1.0, abs=0.002)
    assert rate_share(5_000, 0, 10_000) == pytest.approx(0.5)
    assert rate_share(5_000, 5_000, 10_000) == pytest.approx(0.5 / WARM_UP), (
        "an optimiser that begins anew warms up as well"
    )
    assert rate_share(10_000, 0, 10_000) == pytest.approx(0.0)


def test_the_first_part_is_at_half_the_size() -> None:
    plan, steps = PLANS["body"], 1000
    change = round(HALF_UNTIL * steps)
    assert size_at(plan, change - 1, steps) == plan.half_px
    assert size_at(plan, change, steps) == plan.input_px


class AtOnce(Executor):
    """Runs nothing: the result of `load` is the step that was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def submit(self, _load: object, step: int, _size: object) -> Future[object]:  # type: ignore[override]
        self.asked.append(step)
        done: Future[object] = Future()
        done.set_result(step)
        return done


@pytest.mark.parametrize(("first", "steps"), [(0, 7), (3, 7), (0, 2), (7, 7)])
def test_each_step_gets_its_own_batch_once_and_in_order(first: int, steps: int) -> None:
    loader = AtOnce()
    assert list(batches(PLANS["body"], loader, first, steps)) == list(range(first, steps))
    assert loader.asked == list(range(first, steps))


def test_an_exported_node_names_its_module() -> None:
    assert place_of("/network/down.0/down.0.1/first/first.0/Conv") == "down.0.1.first.0"
    assert place_of("/network/view/Gemm") == "view"


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_every_weight_of_a_file_has_its_place_in_the_network(framing: str) -> None:
    plan = PLANS[framing]
    modules = dict(Frontal(plan).named_modules())
    found = convolutions(plan.float_file)
    assert set(found) <= set(modules)
    assert all(modules[place].weight.shape == weight.shape for place, (weight, _) in found.items())
    layers = {place for place, module in modules.items() if isinstance(module, torch.nn.Conv2d | torch.nn.Linear)}
    assert layers == set(found), "and the network has no layer that the file lacks"


def test_a_restored_network_answers_as_the_file_that_it_was_made_of(pelves: Pictures, restored: Frontal) -> None:
    made = batch(pelves, pelves.films, PLANS["pelvis"].input_px, None)
    picture, _ = to_tensors(made)
    with torch.no_grad():
        landmarks, view = restored(picture)
    session = onnxruntime.InferenceSession(str(PLANS["pelvis"].float_file), providers=["CPUExecutionProvider"])
    for row in range(len(made.pictures)):
        said, said_view = session.run(
            ["landmarks", "view"], {"picture": made.pictures[row][None].astype(np.float32) / 255}
        )
        assert landmarks[row].numpy() == pytest.approx(said[0], abs=0.02)
        assert float(torch.sigmoid(view[row, 0])) == pytest.approx(float(said_view[0, 0]), abs=1e-3)


def test_a_restored_convolution_has_channels_of_one_norm(restored: Frontal) -> None:
    norms = restored.stem[0].weight.detach().flatten(1).norm(dim=1).numpy()
    assert norms == pytest.approx(np.ones(len(norms)), abs=1e-3)


def test_the_exported_file_answers_as_the_checkpoint(tmp_path: Path, pelves: Pictures, restored: Frontal) -> None:
    picture, _ = to_tensors(batch(pelves, [pelves.films[0][:1]], PLANS["pelvis"].input_px, None))
    out = tmp_path / "pelvis.onnx"
    assert write_onnx(restored, picture, out) < 0.005
    session = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])
    names = [one.name for one in (*session.get_inputs(), *session.get_outputs())]
    assert names == ["picture", "landmarks", "view"]
    assert session.get_inputs()[0].shape == [1, 128, 128, 3]
    assert set(convolutions(out)) == set(convolutions(PLANS["pelvis"].float_file)), "so it can be restored"


def test_calibrated_sigmas_cover_68_percent(pelves: Pictures, restored: Frontal) -> None:
    network = Frontal(PLANS["pelvis"])
    network.load_state_dict(restored.state_dict())
    calibrate(network.eval(), pelves)
    tilts, _ = calibrate(network, pelves)
    assert tilts == pytest.approx(0.68, abs=0.05)


def test_the_network_that_ships_reads_the_shipped_clip_within_two_degrees(pelves: Pictures, restored: Frontal) -> None:
    """A body of another program: what is wrong with all of it (a side exchanged, an offset) would be far more."""
    figures = figures_of(restored, pelves, PLANS["pelvis"].input_px, CPU)
    assert figures["own_rmse_deg"] < 2.0
    assert figures["hip_px"] < 5.0
    assert figures["view"] == 1.0
