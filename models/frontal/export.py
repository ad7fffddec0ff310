"""Write the trained network as ONNX: input (1, 288, 160, 3) RGB 0..1; outputs `landmarks` (1, 19, 3) and `view` (1, 1).

python models/frontal/export.py --checkpoint WORK/checkpoint.pt
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from network import INPUT_PX, Frontal
from torch import Tensor, nn

HERE = Path(__file__).resolve().parent


class AsShipped(nn.Module):
    """The network with its channels last and the view as a probability of "seen from behind"."""

    def __init__(self, network: Frontal) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        landmarks, view = self.network(picture.permute(0, 3, 1, 2))
        return landmarks, torch.sigmoid(view)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--checkpoint", type=Path, required=True)
    arguments.add_argument("--out", type=Path, default=HERE / "frontal.onnx")
    chosen = arguments.parse_args()
    network = Frontal()
    state = torch.load(chosen.checkpoint, map_location="cpu")
    network.load_state_dict(state["network"])
    shipped = AsShipped(network.eval())
    # Smooth, as pictures are: on white noise a map has many peaks of one height, and the last bit decides.
    coarse = torch.rand(1, 3, 9, 5)
    size = (INPUT_PX[1], INPUT_PX[0])
    example = nn.functional.interpolate(coarse, size, mode="bicubic").clamp(0, 1).permute(0, 2, 3, 1).contiguous()
    torch.onnx.export(
        shipped, (example,), str(chosen.out), input_names=["picture"], output_names=["landmarks", "view"],
        opset_version=17, dynamo=False,
    )  # fmt: skip
    session = onnxruntime.InferenceSession(str(chosen.out), providers=["CPUExecutionProvider"])
    got = session.run(None, {"picture": example.numpy()})
    with torch.no_grad():
        want = shipped(example)
    worst = max(float(np.abs(g - w.numpy()).max()) for g, w in zip(got, want, strict=True))
    print(f"{chosen.out}: step {state['step']}, largest difference from PyTorch {worst:.5f}")
    print(f"sha256 {hashlib.sha256(chosen.out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
