"""Write a trained network as ONNX, in float/ and, with 8-bit convolutions, where it ships (quantise.py).

Input (1, height, width, 3) RGB 0..1; outputs `landmarks` (1, labels, 3) and `view` (1, 1). What ships takes planes (planes.py).

    python -m models.frontal.training.export --framing body --checkpoint WORK/checkpoint.pt --validation DATA/val

The sigmas are scaled on pictures of unseen bodies, so that 68% of the errors are within one sigma: errors of a landmark's place, and for
the hips errors of the tilt of their line.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before ONNX Runtime is loaded: it reports its use to its maker otherwise

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from .batches import Pictures, batch
from .network import Frontal
from .plan import PLANS
from .quantise import ship
from .tensors import to_tensors


class AsExported(nn.Module):
    """The network as its file in float/ has it: the input has its channels last, and the view is a probability of "seen from behind"."""

    def __init__(self, network: Frontal) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        landmarks, view = self.network(picture.permute(0, 3, 1, 2))
        return landmarks, torch.sigmoid(view)


@torch.no_grad()
def calibrate(network: Frontal, pictures: Pictures) -> tuple[float, float]:
    """Scale the sigmas in place. Returns the shares of tilts and of places that were within one sigma before."""
    ratios, places = [], []
    hips = pictures.plan.pair("hip")
    for film in pictures.films:
        picture, targets = to_tensors(batch(pictures, [film], pictures.plan.input_px, None))
        found, _ = network(picture)
        target, seen = targets.points, targets.seen
        rise = [points[:, hips[1], 1] - points[:, hips[0], 1] for points in (found, target)]
        ratios.append((rise[0] - rise[1]).abs() / torch.hypot(found[:, hips[0], 2], found[:, hips[1], 2]))
        off = (found[..., :2] - target).norm(dim=2) / found[..., 2]
        places.append(torch.where(seen > 0, off, torch.nan))
    tilt, place = torch.cat(ratios), torch.cat(places)
    scale = torch.nanquantile(place, 0.68, dim=0)
    scale[list(hips)] = torch.quantile(tilt, 0.68)
    network.doubt[2].bias += torch.log(scale)
    return float((tilt < 1).float().mean()), float(torch.nanmean((place < 1).float()))


def write_onnx(network: Frontal, example: Tensor, out: Path) -> float:
    """Write a network as ONNX. Returns the largest difference between the file's answers and its own (px).

    example: a picture (1, 3, height, width) of a person. On noise a map has many peaks of one height, and the last bit decides.
    """
    exported = AsExported(network).eval()
    picture = example.permute(0, 2, 3, 1).contiguous()
    torch.onnx.export(
        exported, (picture,), str(out), input_names=["picture"], output_names=["landmarks", "view"],
        opset_version=17, dynamo=False,
    )  # fmt: skip
    session = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])
    got = session.run(None, {"picture": picture.numpy()})
    with torch.no_grad():
        wanted = exported(picture)
    return max(float(np.abs(g - w.numpy()).max()) for g, w in zip(got, wanted, strict=True))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--framing", choices=tuple(PLANS), required=True)
    arguments.add_argument("--checkpoint", type=Path, required=True)
    arguments.add_argument("--validation", type=Path, required=True)
    chosen = arguments.parse_args()
    plan = PLANS[chosen.framing]
    network = Frontal(plan)
    state = torch.load(chosen.checkpoint, map_location="cpu")
    network.load_state_dict(state["network"])
    validation = Pictures([chosen.validation], chosen.framing)
    within = calibrate(network.eval(), validation)
    print(f"within one sigma before scaling: {within[0]:.2f} of tilts, {within[1]:.2f} of places")
    example, _ = to_tensors(batch(validation, [validation.films[0][:1]], plan.input_px, None))
    worst = write_onnx(network, example, plan.float_file)
    print(f"{plan.float_file}: step {state['step']}, largest difference from PyTorch {worst:.5f}")
    ship(chosen.framing, validation)


if __name__ == "__main__":
    main()
