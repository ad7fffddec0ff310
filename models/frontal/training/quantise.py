"""Write the network that ships: a float network with 8-bit convolutions, which takes planes (planes.py).

    python -m models.frontal.training.quantise --framing body --pictures DATA/val

The file in float/ stays what the network is. Training goes on from it (restore.py), and this file is made of it: from the second convolution
to the last but one, maps and weights are rounded to 8-bit numbers (eight_bit.py).
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before ONNX Runtime is loaded: it reports its use to its maker otherwise

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
import torch

from .batches import Pictures, as_planes, batch
from .doubling import doubled
from .eight_bit import eight_bit_network
from .eight_bit_file import write
from .loss import tilt_deg
from .plan import PLANS
from .planes import takes_planes
from .rewriting import rewrite
from .tensors import to_tensors

FILMS = 24  # films from which the ranges and means of the maps are taken
SHOWN = 80  # films that show how far landmarks move


def inputs(pictures: Pictures) -> Iterator[npt.NDArray[np.float32]]:
    """Pictures of films that gave no ranges, as an exported network takes them (1, height, width, 3; RGB 0..1), one by one."""
    for film in pictures.films[FILMS : FILMS + SHOWN]:
        for picture in batch(pictures, [film], pictures.plan.input_px, None).pictures:
            yield (picture.astype(np.float32) / 255)[None]


def moved(source: Path, out: Path, pictures: Pictures) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How far each landmark is from the float network's (pictures, landmarks; px), and the hips' line (pictures; deg)."""
    both = [onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]) for path in (source, out)]
    found = np.array(
        [
            [
                session.run(["landmarks"], {"picture": taken})[0][0]
                for session, taken in zip(both, (picture, as_planes(picture)), strict=True)
            ]
            for picture in inputs(pictures)
        ]
    )
    exact, shipped = (torch.from_numpy(found[:, at]) for at in (0, 1))
    hips = pictures.plan.pair("hip")
    turned = tilt_deg(shipped, hips) - tilt_deg(exact, hips)
    apart = (shipped[..., :2] - exact[..., :2]).norm(dim=2)
    return apart.double().numpy(), turned.double().numpy()


def ship(framing: str, pictures: Pictures) -> None:
    """Make the file that ships, and print how far its landmarks moved."""
    if len(pictures.films) <= FILMS:
        raise SystemExit(
            f"{len(pictures.films)} films are too few: {FILMS} give the ranges, and others show how far landmarks move"
        )
    plan = PLANS[framing]
    source, out = plan.float_file, plan.shipped
    films = [to_tensors(batch(pictures, [film], plan.input_px, None))[0] for film in pictures.films[:FILMS]]
    write(eight_bit_network(plan, source, films), source, out)
    for change in (doubled, takes_planes):
        rewrite(out, change)
    apart_px, turned_deg = moved(source, out, pictures)
    print(
        f"{out}: landmarks moved by {np.median(apart_px):.2f} px (median), {np.quantile(apart_px, 0.95):.2f} px (95%); "
        f"the hips' line by {np.sqrt(np.mean(turned_deg**2)):.2f} deg (RMS), {np.mean(turned_deg):.2f} deg on average"
    )
    print(f"sha256 {hashlib.sha256(out.read_bytes()).hexdigest()}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--framing", choices=tuple(PLANS), required=True)
    arguments.add_argument("--pictures", type=Path, required=True, help="of generate.py, of people never trained on")
    chosen = arguments.parse_args()
    cv2.setNumThreads(1)
    ship(chosen.framing, Pictures([chosen.pictures], chosen.framing))


if __name__ == "__main__":
    main()
