"""Train one of the frontal networks.

    python models/frontal/train.py --framing body --data DATA/train --validation DATA/val DATA/blocks --work WORK

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
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import torch
from loss import loss_of
from network import PLANS, Frontal, Plan
from pictures import Batch, Pictures, batch
from torch import Tensor
from validation import figures_of

FILMS = 8  # a batch; with all their pictures
HALF_UNTIL = 0.28  # of all steps
MEMORY = 0.999  # of the running mean of the weights
WARM_UP = 200  # steps until the full rate
CHECKPOINT_S = 120
AHEAD = 4  # batches that are being made


_training: tuple[Pictures, int] | None = None  # of the process that makes the batches


def open_training(folders: list[Path], framing: str, seed: int) -> None:
    global _training
    cv2.setNumThreads(1)
    _training = Pictures(folders, framing), seed


def load(step: int, size: tuple[int, int]) -> tuple[Batch, int]:
    """The batch of a step, and how many pictures there are by now."""
    assert _training is not None
    pictures, seed = _training
    if step % 200 == 0:
        pictures.refresh()
    rng = np.random.default_rng((seed, step))
    return batch(pictures, pictures.draw_films(rng, FILMS), size, rng), len(pictures)


def halves_pay(device: torch.device) -> bool:
    """Whether convolutions in bfloat16 are faster here: processors without it imitate it at a tenth of the speed."""
    if device.type == "cuda":
        return True
    layer, maps = torch.nn.Conv2d(48, 48, 3, 1, 1), torch.rand(16, 48, 32, 32)
    spent_s = []
    for half in (True, False):
        for _ in range(2):  # the first one also prepares
            began = time.perf_counter()
            with torch.autocast(device.type, torch.bfloat16, enabled=half):
                layer(maps).float().sum().backward()
            last_s = time.perf_counter() - began
        spent_s.append(last_s)
    return spent_s[0] < spent_s[1]


class Trainer:
    """The network, its running mean, and all that goes into a checkpoint."""

    def __init__(self, plan: Plan, work: Path, seed: int, device: torch.device) -> None:
        torch.manual_seed(seed)
        self.plan, self.device, self.halves = plan, device, halves_pay(device)
        self.network = Frontal(plan).to(device, memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.network)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), weight_decay=1e-2, fused=True)
        self.step = self.began = 0  # steps, now and when the optimiser knew nothing
        self.path = work / "checkpoint.pt"
        if self.path.exists():
            state = torch.load(self.path, map_location=device)
            self.network.load_state_dict(state["trained"])
            self.mean.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step, self.began = state["step"], state["began"]

        pairs = zip(self.mean.state_dict().values(), self.network.state_dict().values(), strict=True)
        # The count of batches that a normalisation has seen decides nothing and stays as it is.
        self._averaged = tuple(zip(*((a, b) for a, b in pairs if a.is_floating_point()), strict=True))

    def keep(self) -> None:
        scratch = self.path.with_suffix(".part")
        state = {"network": self.mean.state_dict(), "trained": self.network.state_dict(),
                 "optimiser": self.optimiser.state_dict(), "step": self.step, "began": self.began}  # fmt: skip
        torch.save(state, scratch)
        scratch.replace(self.path)

    def learn(self, tensors: tuple[Tensor, ...], rate: float) -> dict[str, float]:
        """One step; returns the parts of its loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        picture, *targets = tensors
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.halves):
            found, view, maps = self.network.with_maps(picture.contiguous(memory_format=torch.channels_last))
        loss, parts = loss_of(self.plan, found, view, maps, *targets)
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
    arguments.add_argument("--framing", choices=tuple(PLANS), required=True)
    arguments.add_argument("--data", type=Path, required=True, nargs="+")
    arguments.add_argument("--validation", type=Path, required=True, nargs="+")
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--steps", type=int, default=20000)
    arguments.add_argument("--rate", type=float, default=3e-3)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=2)
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    cv2.setNumThreads(1)
    chosen.work.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    plan = PLANS[chosen.framing]
    trainer = Trainer(plan, chosen.work, chosen.seed, device)
    validation = {path.name: Pictures([path], chosen.framing) for path in chosen.validation}
    # A process: in a thread the augmentation would hold up what drives the network.
    loader = ProcessPoolExecutor(1, get_context("spawn"), open_training, (chosen.data, chosen.framing, chosen.seed))

    def size_at(step: int) -> tuple[int, int]:
        return plan.half_px if step < HALF_UNTIL * chosen.steps else plan.input_px

    means: dict[str, float] = {}
    began, kept_at, start = time.monotonic(), time.monotonic(), trainer.step
    waiting = [loader.submit(load, step, size_at(step)) for step in range(trainer.step, trainer.step + AHEAD)]
    seen = 0
    while trainer.step < chosen.steps:
        step = trainer.step
        if step == math.ceil(HALF_UNTIL * chosen.steps):
            began, start, seen = time.monotonic(), step, 0
        share = min(1.0, (step - trainer.began + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / chosen.steps))
        waiting.append(loader.submit(load, step + AHEAD, size_at(step + AHEAD)))
        made, available = waiting.pop(0).result()
        seen += len(made.pictures)
        parts = trainer.learn(made.tensors(device), chosen.rate * share)
        step = trainer.step
        for name, value in parts.items():
            means[name] = value if name not in means else 0.98 * means[name] + 0.02 * value
        if step % 100 == 0:
            spent_s = time.monotonic() - began
            print(f"step {step} of {chosen.steps}, {available} pictures, " + ", ".join(f"{k} {v:.2f}" for k, v in means.items())
                  + f", {seen / spent_s:.0f} pictures/s, {(chosen.steps - step) * spent_s / (step - start) / 60:.0f} min left at this rate",
                  flush=True)  # fmt: skip
        if step % 1000 == 0 or step == chosen.steps:
            for name, pictures in validation.items():
                figures = figures_of(trainer.mean, pictures, size_at(step), device)
                print(f"  {name}: " + ", ".join(f"{k} {v:.3f}" for k, v in figures.items()), flush=True)
                with (chosen.work / "log.jsonl").open("a") as lines:
                    lines.write(json.dumps({"step": step, "pictures": name, **figures}) + "\n")
        if time.monotonic() - kept_at > CHECKPOINT_S or step == chosen.steps:
            trainer.keep()
            kept_at = time.monotonic()


if __name__ == "__main__":
    main()
