"""Make a checkpoint of the weights that ship, for train.py to go on from.

    python -m models.frontal.training.restore --framing pelvis --data DATA/train --work WORK --step 10000

A file in float/ has no batch normalisation any more: the export multiplied it into the convolutions. Here each one is put back so that
the network answers as before, with the mean and spread that its input has on pictures as training sees them. The optimiser begins anew.
"""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before ONNX Runtime is loaded: it reports its use to its maker otherwise

import cv2
import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from .batches import Pictures, batch
from .network import Frontal, Residual
from .plan import PLANS
from .tensors import to_tensors
from .train import FILMS, Trainer

BATCHES = 48  # batches from which mean and spread are taken
# Norm of each channel of a restored convolution. A normalised one answers the same at any norm, but its rate of learning depends on it.
CHANNEL_NORM = 1.0


def place_of(node: str) -> str:
    """The module of an exported node: "down.0.1.first.0" for "/network/down.0/down.0.1/first/first.0/Conv"."""
    place, last = "", ""
    for part in node.removeprefix("/network/").split("/")[:-1]:
        place = f"{place}.{part.removeprefix(f'{last}.')}" if last else part
        last = part
    return place


def convolutions(path: Path) -> dict[str, tuple[Tensor, Tensor]]:
    """Weights and bias of each convolution and linear layer of a shipped file, by the place of its module in the network."""
    graph = onnx.load(str(path)).graph
    values = {part.name: torch.from_numpy(numpy_helper.to_array(part).copy()) for part in graph.initializer}
    out = {}
    for node in graph.node:
        if node.op_type in ("Conv", "Gemm"):
            out[place_of(node.name)] = values[node.input[1]], values[node.input[2]]
    return out


def normalised(network: Frontal) -> list[tuple[str, nn.Conv2d, nn.BatchNorm2d]]:
    """Each convolution that is followed by a normalisation."""
    out = []
    for place, module in network.named_modules():
        if isinstance(module, nn.Sequential) and len(module) > 1 and isinstance(module[1], nn.BatchNorm2d):
            assert isinstance(module[0], nn.Conv2d)
            out.append((f"{place}.0", module[0], module[1]))
    return out


def add_sums(sums: Tensor, _module: nn.Module, _given: object, made: Tensor) -> None:
    """Add what a convolution made (n, channels, rows, columns) to the sums (3, channels) of ones, values and squares."""
    flat = made.double().permute(1, 0, 2, 3).flatten(1)
    sums += torch.stack([torch.ones_like(flat).sum(dim=1), flat.sum(dim=1), flat.square().sum(dim=1)])


def set_values(module: nn.Module, **values: Tensor) -> None:
    """Set these values of a module: all that it has, except for a normalisation's count of batches."""
    missing, _ = module.load_state_dict(values, strict=False)
    assert set(missing) <= {"num_batches_tracked"}, missing


@torch.no_grad()
def restore(network: Frontal, path: Path, pictures: Pictures, seed: int) -> None:
    """Load a shipped file into a network that can be trained."""
    shipped = convolutions(path)
    pairs = [(place, *layers) for place, *layers in normalised(network) if place in shipped]
    for block in network.modules():
        if isinstance(block, Residual):  # if the file lacks it, it hands on what it gets until it learns
            nn.init.zeros_(block.second[1].weight)
    for place, convolution, norm in pairs:
        weight, bias = shipped.pop(place)
        convolution.weight.copy_(weight)
        ones, zeros = torch.ones_like(bias), torch.zeros_like(bias)
        set_values(norm, weight=ones, bias=bias, running_mean=zeros, running_var=ones - norm.eps)
    for place, (weight, bias) in shipped.items():
        set_values(network.get_submodule(place), weight=weight, bias=bias)

    sums = {place: torch.zeros(3, convolution.out_channels, dtype=torch.float64) for place, convolution, _ in pairs}
    hooks = [convolution.register_forward_hook(partial(add_sums, sums[place])) for place, convolution, _ in pairs]
    network.eval()
    rng = np.random.default_rng(seed)
    for _ in range(BATCHES):
        picture, _ = to_tensors(batch(pictures, pictures.draw_films(rng, FILMS), pictures.plan.input_px, rng))
        network(picture)
    for hook in hooks:
        hook.remove()
    for place, convolution, norm in pairs:
        count, total, squares = sums[place]
        mean = total / count
        variance = (squares / count - mean.square()).clamp_min(1e-8)
        scale = CHANNEL_NORM / convolution.weight.flatten(1).norm(dim=1).double().clamp_min(1e-8)
        convolution.weight.mul_(scale.float()[:, None, None, None])
        spread = variance * scale.square()
        set_values(norm, weight=torch.sqrt(spread + norm.eps) / scale, bias=norm.bias.double() + mean,
            running_mean=mean * scale, running_var=spread)  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--framing", choices=tuple(PLANS), required=True)
    arguments.add_argument("--data", type=Path, required=True, nargs="+", help="pictures of generate.py")
    arguments.add_argument("--work", type=Path, required=True, help="where train.py is to go on")
    arguments.add_argument("--file", type=Path, help="default: the one in float/")
    arguments.add_argument("--step", type=int, default=10000, help="that training goes on at, of its --steps")
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    cv2.setNumThreads(1)
    path = chosen.file or PLANS[chosen.framing].float_file
    chosen.work.mkdir(parents=True, exist_ok=True)
    pictures = Pictures(chosen.data, chosen.framing)
    trainer = Trainer(PLANS[chosen.framing], chosen.work, chosen.seed, torch.device("cpu"))
    example, _ = to_tensors(batch(pictures, pictures.films[:2], pictures.plan.input_px, None))
    restore(trainer.network, path, pictures, chosen.seed)
    trainer.mean.load_state_dict(trainer.network.state_dict())
    trainer.step = trainer.began = chosen.step
    trainer.keep()
    with torch.no_grad():
        answers = trainer.mean.eval()(example)[0].numpy()
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    shown = example.permute(0, 2, 3, 1).numpy()
    said = np.concatenate([session.run(["landmarks"], {"picture": one[None]})[0] for one in shown])
    print(
        f"{trainer.path}: step {trainer.step}, largest difference from {path.name} {np.abs(answers - said).max():.4f} px"
    )


if __name__ == "__main__":
    main()
