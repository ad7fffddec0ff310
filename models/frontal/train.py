"""Train the frontal network.

    python models/frontal/train.py --data DATA/train --validation DATA/val DATA/blocks --work WORK

Goes on from WORK/checkpoint.pt where there is one; stop it at any moment. CPU by default, a GPU where there is one. The first
part of --steps is at about half the resolution. The learning rate falls to zero over --steps and the weights that are kept are their
running mean, so the last ones are the ones to take; validation is of unseen bodies, and of bodies of another make.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch
from network import CELL_PX, INPUT_PX, Frontal
from picture import LABELS, MARGIN, SIZE_PX
from torch import Tensor

SWAP = [LABELS.index(n.replace("left", "?").replace("right", "left").replace("?", "right")) for n in LABELS]
HIPS = (LABELS.index("left_hip"), LABELS.index("right_hip"))
# Every line across the pelvis tilts with it; the hips' is the one that is measured.
PELVIS_LINES = {
    name: (LABELS.index(f"left_{name}"), LABELS.index(f"right_{name}")) for name in ("psis", "asis", "trochanter")
}
BATCH = 32
BELL_CELLS = 1.0
TILT_WEIGHT = 0.15  # a degree against one natural unit of the maps: the pelvis is what the network is for
HALF_PX = (96, 160)  # about half of INPUT_PX, in multiples of 32
HALF_UNTIL = 0.28  # of all steps
MEMORY = 0.999  # of the running mean of the weights
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


def to_input(
    picture: np.ndarray, points: np.ndarray, size: tuple[int, int], rng: np.random.Generator | None
) -> tuple[np.ndarray, np.ndarray]:
    """Cut the input (of `size`: width, height) out of a stored picture: the tracker's region, or one that errs as trackers do."""
    scale = size[1] / (SIZE_PX[1] / MARGIN)
    turn, shift = 0.0, np.zeros(2)
    if rng is not None:
        scale *= math.exp(rng.normal(0, 0.08))
        turn = math.radians(rng.normal(0, 3))
        shift = rng.normal(0, 0.03, 2) * size[1]
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    linear = np.array([[cos, sin], [-sin, cos]])
    offset = np.array(size) / 2 + shift - linear @ (np.array(SIZE_PX) / 2)
    to_centre = np.column_stack([linear, offset + linear @ np.array([0.5, 0.5]) - 0.5])
    cut = cv2.warpAffine(picture, to_centre, size, flags=cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR)
    return cut, points @ linear.T + offset


def jitter(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Colours that have no meaning: channels, grey, negative, a random 3x3 convolution, random patches."""
    out = picture
    if rng.uniform() < 0.25:
        out = out[..., rng.permutation(3)]
    if rng.uniform() < 0.12:
        out = np.repeat(out.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    if rng.uniform() < 0.06:
        out = 255 - out
    if rng.uniform() < 0.12:
        kernel = rng.normal(0, 0.15, (3, 3)).astype(np.float32)
        kernel += (1.0 - kernel.sum()) / 9
        out = cv2.filter2D(np.ascontiguousarray(out), -1, kernel)
    height, width = out.shape[:2]
    if rng.uniform() < 0.3:
        x, y = rng.integers(0, width - 10), rng.integers(0, height - 10)
        w, h = rng.integers(height // 32, height // 4, 2)
        out = np.array(out)
        out[y : y + h, x : x + w] = rng.uniform(0, 255, 3)
    return out


def batch(
    pictures: Pictures, numbers: np.ndarray, size: tuple[int, int], rng: np.random.Generator | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pictures (n, 3, height, width), landmarks (n, 19, 2), whether they are seen (n, 19), whether from behind (n,)."""
    inputs, targets, seen, behind = [], [], [], []
    for number in numbers:
        picture, points, visible, anterior = pictures.get(int(number))
        if anterior:
            # "left" is the picture's left here: from in front and from behind look alike without a face, and a network that
            # had to know which it is would put both hips between the two. Whose leg it is, the belt tells later.
            points, visible = points[SWAP], visible[SWAP]
        cut, at = to_input(picture, points, size, rng)
        if rng is not None:
            cut = jitter(cut, rng)
            if rng.uniform() < 0.5:
                cut = cut[:, ::-1]
                at = at[SWAP] * [-1, 1] + [size[0], 0]
                visible = visible[SWAP]
        inputs.append(cut.transpose(2, 0, 1))
        targets.append(at)
        seen.append(visible & (at > 0).all(axis=1) & (at < size).all(axis=1))
        behind.append(0.0 if anterior else 1.0)
    ready = np.stack(inputs).astype(np.float32) / 255
    if rng is not None:
        gain, offset = np.exp(rng.normal(0, 0.2, (len(ready), 1, 1, 1))), rng.normal(0, 0.05, (len(ready), 3, 1, 1))
        ready = np.clip(ready * gain + offset, 0, 1).astype(np.float32)
    as_tensor = lambda values: torch.from_numpy(np.stack(values).astype(np.float32))  # noqa: E731
    return torch.from_numpy(ready), as_tensor(targets), as_tensor(seen), as_tensor(behind)


def tilt_deg(points: Tensor, pair: tuple[int, int]) -> Tensor:
    across = points[:, pair[1], :2] - points[:, pair[0], :2]
    return torch.rad2deg(torch.atan2(across[:, 1], across[:, 0].clamp_min(1.0)))


def tilt_error_deg(found: Tensor, target: Tensor, pair: tuple[int, int]) -> Tensor:
    """Error of a line's tilt for small angles, from the height difference of its ends over its true length.

    The arctangent of the found points itself would have no bounded slope while they still lie on one spot.
    """
    found_rise = found[:, pair[1], 1] - found[:, pair[0], 1]
    true = target[:, pair[1]] - target[:, pair[0]]
    return torch.rad2deg((found_rise - true[:, 1]).abs() / true.norm(dim=1).clamp_min(5.0))


def map_loss(maps: Tensor, target: Tensor, seen: Tensor) -> Tensor:
    """Cross entropy of each map against a small bell about its landmark.

    The expectation alone teaches slowly: every cell gets a tiny share of one error. Here each cell gets its own.
    """
    rows, columns = ((torch.arange(n, device=maps.device) + 0.5) * CELL_PX for n in maps.shape[2:])
    width = BELL_CELLS * CELL_PX
    across = torch.exp(-0.5 * ((columns - target[..., :1]) / width) ** 2)
    down = torch.exp(-0.5 * ((rows - target[..., 1:]) / width) ** 2)
    bell = (down[..., :, None] * across[..., None, :]).flatten(2)
    bell = bell / bell.sum(dim=2, keepdim=True).clamp_min(1e-6)
    each = -(bell * torch.log_softmax(maps.flatten(2), dim=2)).sum(dim=2)
    return (each * seen).sum() / seen.sum().clamp_min(1)


def hip_likelihood(found: Tensor, target: Tensor) -> Tensor:
    """Gaussian likelihood of the error of the hips' heights against each other, for their two sigmas together."""
    rise = [points[:, HIPS[1], 1] - points[:, HIPS[0], 1] for points in (found.detach(), target)]
    variance = found[:, HIPS[0], 2].square() + found[:, HIPS[1], 2].square()
    return ((rise[0] - rise[1]).square() / variance + torch.log(variance)).mean()


def loss_of(
    found: Tensor, view: Tensor, maps: Tensor, target: Tensor, seen: Tensor, behind: Tensor
) -> tuple[Tensor, dict[str, float]]:
    """Maps, distance of each landmark, tilts, the view; and Laplace likelihoods that teach the sigmas alone."""
    distance = (found[..., :2] - target).abs().sum(dim=2)
    sigma = found[..., 2]
    count = seen.sum().clamp_min(1)
    own = seen.clone()
    own[:, HIPS] = 0
    likelihood = ((distance.detach() / sigma + 2 * torch.log(sigma)) * own).sum() / count
    likelihood = likelihood + hip_likelihood(found, target)
    plain = (distance.clamp_max(60) * seen).sum() / count
    hips = tilt_error_deg(found, target, HIPS)
    others = torch.stack([tilt_error_deg(found, target, pair).clamp_max(30).mean() for pair in PELVIS_LINES.values()])
    tilt = hips.clamp_max(30).mean() + others.mean()
    side = torch.nn.functional.binary_cross_entropy_with_logits(view[:, 0], behind)
    total = map_loss(maps, target, seen) + 0.1 * plain + TILT_WEIGHT * tilt + 0.05 * likelihood + 0.2 * side
    return total, {"px": plain.item(), "tilt_deg": hips.mean().item(), "view": side.item()}


@torch.no_grad()
def validate(network: Frontal, pictures: Pictures, size: tuple[int, int], device: torch.device) -> dict[str, float]:
    """Figures on pictures of people, clothes and rooms that were never trained on."""
    network.eval()
    measured, true, inside, error, correct, ratio = [], [], [], [], [], []
    for start in range(0, len(pictures.index), 50):
        numbers = np.arange(start, min(start + 50, len(pictures.index)))
        picture, target, seen, behind = (t.to(device) for t in batch(pictures, numbers, size, None))
        found, view = network(picture)
        measured.append(tilt_deg(found, HIPS).cpu())
        true.append(tilt_deg(target, HIPS).cpu())
        width = (target[:, HIPS[1]] - target[:, HIPS[0]]).norm(dim=1)
        sigma_deg = torch.rad2deg(torch.hypot(found[:, HIPS[0], 2], found[:, HIPS[1], 2]) / width)
        ratio.append((measured[-1] - true[-1]).abs() / sigma_deg.cpu())
        off = (found[..., :2] - target).norm(dim=2)
        error.append(torch.where(seen > 0, off, torch.nan).cpu())
        inside.append(torch.where(seen > 0, off / found[..., 2], torch.nan).cpu())
        correct.append(((view[:, 0] > 0) == (behind > 0.5)).float().cpu())
    m, t, r = torch.cat(measured).numpy(), torch.cat(true).numpy(), torch.cat(ratio).numpy()
    each = torch.cat(error).nanmedian(dim=0).values * (INPUT_PX[1] / size[1])
    return {
        "tilt_rmse_deg": float(np.sqrt(np.mean((m - t) ** 2))), "tilt_median_deg": float(np.median(np.abs(m - t))),
        "tilt_slope": float(np.polyfit(t, m, 1)[0]), "within_one_sigma": float(np.mean(r < 1)),
        "hip_px": float(each[list(HIPS)].mean()), "median_px": float(each.mean()), "view": float(torch.cat(correct).mean()),
    }  # fmt: skip


class Trainer:
    """The network, its running mean, and all that goes into a checkpoint."""

    def __init__(self, work: Path, seed: int, device: torch.device) -> None:
        torch.manual_seed(seed)
        self.device = device
        self.network = Frontal().to(device, memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.network)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), weight_decay=1e-2, fused=True)
        self.step = 0
        self.path = work / "checkpoint.pt"
        if self.path.exists():
            state = torch.load(self.path, map_location=device)
            self.network.load_state_dict(state["trained"])
            self.mean.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step = state["step"]

        pairs = zip(self.mean.state_dict().values(), self.network.state_dict().values(), strict=True)
        # The count of batches that a normalisation has seen decides nothing and stays as it is.
        self._averaged = tuple(zip(*((a, b) for a, b in pairs if a.is_floating_point()), strict=True))

    def keep(self) -> None:
        scratch = self.path.with_suffix(".part")
        state = {"network": self.mean.state_dict(), "trained": self.network.state_dict(),
                 "optimiser": self.optimiser.state_dict(), "step": self.step}  # fmt: skip
        torch.save(state, scratch)
        scratch.replace(self.path)

    def learn(self, tensors: tuple[Tensor, ...], rate: float) -> dict[str, float]:
        """One step; returns the parts of its loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        picture, *targets = (t.to(self.device) for t in tensors)
        with torch.autocast(self.device.type, torch.bfloat16):
            found, view, maps = self.network.with_maps(picture.contiguous(memory_format=torch.channels_last))
        loss, parts = loss_of(found, view, maps, *targets)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 20.0)
        self.optimiser.step()
        self.step += 1
        memory = min(MEMORY, self.step / (self.step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(*self._averaged, 1 - memory)
        return parts


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--validation", type=Path, required=True, nargs="+")
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--steps", type=int, default=30000)
    arguments.add_argument("--rate", type=float, default=3e-3)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=2)
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    cv2.setNumThreads(1)
    chosen.work.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    trainer = Trainer(chosen.work, chosen.seed, device)
    train, validation = Pictures(chosen.data), {path.name: Pictures(path) for path in chosen.validation}
    loader = ThreadPoolExecutor(1)

    def size_at(step: int) -> tuple[int, int]:
        return HALF_PX if step < HALF_UNTIL * chosen.steps else INPUT_PX

    def load(step: int) -> tuple[Tensor, ...]:
        if step % 100 == 0:
            train.refresh()
        rng = np.random.default_rng((chosen.seed, step))
        return batch(train, rng.integers(0, len(train.index), BATCH), size_at(step), rng)

    means: dict[str, float] = {}
    began, kept_at, start = time.monotonic(), time.monotonic(), trainer.step
    waiting = [loader.submit(load, trainer.step + ahead) for ahead in range(3)]
    while trainer.step < chosen.steps:
        step = trainer.step
        if step == math.ceil(HALF_UNTIL * chosen.steps):
            began, start = time.monotonic(), step
        share = min(1.0, (step + 1) / 200) * 0.5 * (1 + math.cos(math.pi * step / chosen.steps))
        waiting.append(loader.submit(load, step + 3))
        parts = trainer.learn(waiting.pop(0).result(), chosen.rate * share)
        step = trainer.step
        for name, value in parts.items():
            means[name] = value if name not in means else 0.98 * means[name] + 0.02 * value
        if step % 100 == 0:
            speed = (step - start) / (time.monotonic() - began)
            print(f"step {step} of {chosen.steps}, {len(train.index)} pictures, "
                  + ", ".join(f"{k} {v:.2f}" for k, v in means.items())
                  + f", {speed * BATCH:.0f} pictures/s, {(chosen.steps - step) / speed / 60:.0f} min left at this rate", flush=True)  # fmt: skip
        if step % 1000 == 0 or step == chosen.steps:
            for name, pictures in validation.items():
                figures = validate(trainer.mean, pictures, size_at(step), device)
                print(f"  {name}: " + ", ".join(f"{k} {v:.3f}" for k, v in figures.items()), flush=True)
                with (chosen.work / "log.jsonl").open("a") as lines:
                    lines.write(json.dumps({"step": step, "pictures": name, **figures}) + "\n")
        if time.monotonic() - kept_at > CHECKPOINT_S or step == chosen.steps:
            trainer.keep()
            kept_at = time.monotonic()


if __name__ == "__main__":
    main()
