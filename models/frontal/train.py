"""Train the frontal network.

    python models/frontal/train.py --data DATA/train --validation DATA/val --work WORK

Goes on from WORK/checkpoint.pt where there is one; stop it at any moment. CPU by default, a GPU where there is one. The
learning rate falls to zero over --steps, so that the last weights are the ones to keep; nothing is chosen on the pictures.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from network import CELLS, INPUT_PX, Frontal
from picture import LABELS, MARGIN, SIZE_PX
from torch import Tensor

SWAP = [LABELS.index(n.replace("left", "?").replace("right", "left").replace("?", "right")) for n in LABELS]
HIPS = (LABELS.index("left_hip"), LABELS.index("right_hip"))
PSIS = (LABELS.index("left_psis"), LABELS.index("right_psis"))
BATCH = 24
BELL_CELLS = 1.0
CHECKPOINT_S = 120


class Pictures:
    """All shards of a folder; new ones are found while the generator still makes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shards: dict[Path, tuple[np.ndarray, ...]] = {}
        self.index: list[tuple[Path, int]] = []
        self.refresh()

    def refresh(self) -> None:
        for path in sorted(self.folder.glob("shard-*.npz")):
            if path not in self.shards:
                with np.load(path) as shard:
                    self.shards[path] = tuple(shard[k] for k in ("pictures", "ends", "points", "visible", "anterior"))
                self.index.extend((path, i) for i in range(len(self.shards[path][1])))

    def get(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
        path, i = self.index[number]
        packed, ends, points, visible, anterior = self.shards[path]
        start = ends[i - 1] if i else 0
        picture = cv2.imdecode(packed[start : ends[i]], cv2.IMREAD_COLOR)
        return picture[..., ::-1], points[i], visible[i], bool(anterior[i])


def to_input(picture: np.ndarray, points: np.ndarray, rng: np.random.Generator | None) -> tuple[np.ndarray, np.ndarray]:
    """Cut the input out of a stored square: the tracker's region, or one that errs as trackers do."""
    scale = INPUT_PX / (SIZE_PX / MARGIN)
    turn, shift = 0.0, np.zeros(2)
    if rng is not None:
        scale *= math.exp(rng.normal(0, 0.09))
        turn = math.radians(rng.normal(0, 3))
        shift = rng.normal(0, 7, 2)
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    linear = np.array([[cos, sin], [-sin, cos]])
    offset = INPUT_PX / 2 + shift - linear @ np.array([SIZE_PX / 2, SIZE_PX / 2])
    to_centre = np.column_stack([linear, offset + linear @ np.array([0.5, 0.5]) - 0.5])
    cut = cv2.warpAffine(picture, to_centre, (INPUT_PX, INPUT_PX), flags=cv2.INTER_LINEAR)
    return cut, points @ linear.T + offset


def jitter(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Colours that have no meaning: channels, gain, grey, random patches, a random 3x3 convolution."""
    out = picture
    if rng.uniform() < 0.25:
        out = out[..., rng.permutation(3)]
    if rng.uniform() < 0.12:
        out = np.repeat(out.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.uniform() < 0.08:
        out = 1.0 - out
    if rng.uniform() < 0.15:
        kernel = rng.normal(0, 0.15, (3, 3)).astype(np.float32)
        kernel += (1.0 - kernel.sum()) / 9
        out = cv2.filter2D(np.ascontiguousarray(out), -1, kernel)
    out = out * math.exp(rng.normal(0, 0.25)) + rng.normal(0, 0.05)
    if rng.uniform() < 0.3:
        x, y = rng.integers(0, INPUT_PX - 20, 2)
        w, h = rng.integers(8, 60, 2)
        out = np.array(out)
        out[y : y + h, x : x + w] = rng.uniform(0, 1, 3)
    return np.clip(out, 0, 1).astype(np.float32)


def batch(
    pictures: Pictures, numbers: np.ndarray, rng: np.random.Generator | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    inputs, targets, seen, behind = [], [], [], []
    for number in numbers:
        picture, points, visible, anterior = pictures.get(int(number))
        if anterior:
            # "left" is the picture's left here: from in front and from behind look alike without a face, and a network that
            # had to know which it is would put both hips between the two. Whose leg it is, the belt tells later.
            points, visible = points[SWAP], visible[SWAP]
        cut, at = to_input(picture, points, rng)
        ready = cut.astype(np.float32) / 255
        if rng is not None:
            ready = jitter(ready, rng)
            if rng.uniform() < 0.5:
                ready = ready[:, ::-1]
                at = at[SWAP] * [-1, 1] + [INPUT_PX, 0]
                visible = visible[SWAP]
        inside = visible & (at > 0).all(axis=1) & (at < INPUT_PX).all(axis=1)
        inputs.append(ready.transpose(2, 0, 1))
        targets.append(at)
        seen.append(inside)
        behind.append(0.0 if anterior else 1.0)
    as_tensor = lambda values: torch.from_numpy(np.ascontiguousarray(np.stack(values)).astype(np.float32))  # noqa: E731
    return as_tensor(inputs), as_tensor(targets), as_tensor(seen), as_tensor(behind)


def tilt_deg(points: Tensor, pair: tuple[int, int]) -> Tensor:
    across = points[:, pair[1], :2] - points[:, pair[0], :2]
    return torch.rad2deg(torch.atan2(across[:, 1], across[:, 0].clamp_min(1.0)))


def tilt_error_deg(found: Tensor, target: Tensor, pair: tuple[int, int]) -> Tensor:
    """Error of a line's tilt for small angles, from the height difference of its ends over its true length.

    The arctangent of the found points itself would have no bounded slope while they still lie on one spot.
    """
    found_rise = found[:, pair[1], 1] - found[:, pair[0], 1]
    true = target[:, pair[1]] - target[:, pair[0]]
    return torch.rad2deg((found_rise - true[:, 1]).abs() / true.norm(dim=1).clamp_min(10.0))


def map_loss(maps: Tensor, target: Tensor, seen: Tensor) -> Tensor:
    """Cross entropy of each map against a small bell about its landmark.

    The expectation alone teaches slowly: every cell gets a tiny share of one error. Here each cell gets its own.
    """
    cells = (torch.arange(CELLS, device=maps.device) + 0.5) * (INPUT_PX / CELLS)
    width = BELL_CELLS * INPUT_PX / CELLS
    across = torch.exp(-0.5 * ((cells - target[..., :1]) / width) ** 2)
    down = torch.exp(-0.5 * ((cells - target[..., 1:]) / width) ** 2)
    bell = (down[..., :, None] * across[..., None, :]).flatten(2)
    bell = bell / bell.sum(dim=2, keepdim=True).clamp_min(1e-6)
    each = -(bell * torch.log_softmax(maps.flatten(2), dim=2)).sum(dim=2)
    return (each * seen).sum() / seen.sum().clamp_min(1)


def loss_of(
    found: Tensor, view: Tensor, maps: Tensor, target: Tensor, seen: Tensor, behind: Tensor
) -> tuple[Tensor, dict[str, float]]:
    """Maps, distance of each landmark, Laplace likelihood of its sigma (which teaches the sigma alone), tilts, view."""
    distance = (found[..., :2] - target).abs().sum(dim=2)
    sigma = found[..., 2]
    count = seen.sum().clamp_min(1)
    likelihood = ((distance.detach() / sigma + 2 * torch.log(sigma)) * seen).sum() / count
    plain = (distance.clamp_max(60) * seen).sum() / count
    hips = tilt_error_deg(found, target, HIPS)
    backs = tilt_error_deg(found, target, PSIS)
    tilt = hips.clamp_max(30).mean() + 0.5 * backs.clamp_max(30).mean()
    side = torch.nn.functional.binary_cross_entropy_with_logits(view[:, 0], behind)
    total = map_loss(maps, target, seen) + 0.1 * plain + 0.25 * tilt + 0.05 * likelihood + 0.5 * side
    return total, {"px": plain.item(), "tilt_deg": hips.mean().item(), "view": side.item()}


@torch.no_grad()
def validate(network: Frontal, pictures: Pictures, device: torch.device) -> dict[str, float]:
    """Figures on pictures of people, clothes and rooms that were never trained on."""
    network.eval()
    measured, true, inside, error, correct = [], [], [], [], []
    for start in range(0, len(pictures.index), 50):
        numbers = np.arange(start, min(start + 50, len(pictures.index)))
        picture, target, seen, behind = (t.to(device) for t in batch(pictures, numbers, None))
        found, view = network(picture)
        measured.append(tilt_deg(found, HIPS).cpu())
        true.append(tilt_deg(target, HIPS).cpu())
        off = (found[..., :2] - target).norm(dim=2)
        error.append(torch.where(seen > 0, off, torch.nan).cpu())
        inside.append(torch.where(seen > 0, (off < 1.5152 * found[..., 2] * 1.0).float(), torch.nan).cpu())
        correct.append(((view[:, 0] > 0) == (behind > 0.5)).float().cpu())
    network.train()
    m, t = torch.cat(measured).numpy(), torch.cat(true).numpy()
    slope = float(np.polyfit(t, m, 1)[0])
    each = torch.cat(error).nanmedian(dim=0).values
    return {
        "tilt_rmse_deg": float(np.sqrt(np.mean((m - t) ** 2))), "tilt_slope": slope,
        "hip_px": float(each[list(HIPS)].mean()), "median_px": float(each.mean()),
        "within_one_sigma": float(torch.nanmean(torch.cat(inside))), "view": float(torch.cat(correct).mean()),
    }  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--validation", type=Path, required=True)
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--steps", type=int, default=8000)
    arguments.add_argument("--rate", type=float, default=4e-3)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=2)
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    cv2.setNumThreads(1)
    chosen.work.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(chosen.seed)
    network = Frontal().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    step, kept = 0, chosen.work / "checkpoint.pt"
    if kept.exists():
        state = torch.load(kept, map_location=device)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    train, validation = Pictures(chosen.data), Pictures(chosen.validation)
    log = chosen.work / "log.jsonl"

    def keep() -> None:
        scratch = kept.with_suffix(".part")
        torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, scratch)
        scratch.replace(kept)

    means: dict[str, float] = {}
    began, kept_at, start = time.monotonic(), time.monotonic(), step
    while step < chosen.steps:
        rng = np.random.default_rng((chosen.seed, step))
        if step % 100 == 0:
            train.refresh()
        share = min(1.0, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * step / chosen.steps))
        for group in optimiser.param_groups:
            group["lr"] = chosen.rate * share
        tensors = [t.to(device) for t in batch(train, rng.integers(0, len(train.index), BATCH), rng)]
        found, view, maps = network.with_maps(tensors[0].contiguous(memory_format=torch.channels_last))
        loss, parts = loss_of(found, view, maps, *tensors[1:])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 20.0)
        optimiser.step()
        step += 1
        for name, value in parts.items():
            means[name] = value if name not in means else 0.98 * means[name] + 0.02 * value
        if step % 50 == 0:
            speed = (step - start) / (time.monotonic() - began)
            print(f"step {step} of {chosen.steps}, {len(train.index)} pictures, "
                  + ", ".join(f"{k} {v:.2f}" for k, v in means.items())
                  + f", {speed * BATCH:.0f} pictures/s, {(chosen.steps - step) / speed / 60:.0f} min left", flush=True)  # fmt: skip
        if step % 500 == 0 or step == chosen.steps:
            figures = validate(network, validation, device)
            print("  unseen: " + ", ".join(f"{k} {v:.3f}" for k, v in figures.items()), flush=True)
            with log.open("a") as lines:
                lines.write(json.dumps({"step": step, **figures}) + "\n")
        if time.monotonic() - kept_at > CHECKPOINT_S or step == chosen.steps:
            keep()
            kept_at = time.monotonic()


if __name__ == "__main__":
    main()
