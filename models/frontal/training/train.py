"""Train one of the frontal networks.

    python -m models.frontal.training.train --framing body --data DATA/train --validation DATA/val DATA/blocks --work WORK

Goes on from WORK/checkpoint.pt if there is one; stop it at any moment. It uses a GPU where there is one, else the CPU. The first part of
--steps is at about half the resolution. The learning rate falls to zero over --steps, and the weights that are kept are their running
mean, so the last ones are the ones to take. Validation is of unseen bodies, and of bodies of another make.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from .batches import Batch, Pictures, batch
from .loss import loss_of
from .network import Frontal
from .plan import PLANS, Plan
from .tensors import Targets, to_tensors
from .validation import figures_of

FILMS = 8  # films in a batch, with all their pictures
HALF_UNTIL = 0.28  # share of all steps at half the resolution
MEMORY = 0.999  # of the running mean of the weights
WARM_UP = 200  # steps until the full learning rate
CHECKPOINT_S = 120
REPORT_STEPS, VALIDATE_STEPS, REFRESH_STEPS = 100, 1000, 200
AHEAD = 4  # batches that are being made while one is learnt


_training: tuple[Pictures, int] | None = None  # in the process that makes the batches: its pictures and the seed


def open_training(folders: Sequence[Path], framing: str, seed: int) -> None:
    """Prepare the process that makes the batches."""
    global _training
    cv2.setNumThreads(1)
    _training = Pictures(folders, framing), seed


def load(step: int, size: tuple[int, int]) -> tuple[Batch, int]:
    """The batch of a step as inputs of this size (width, height), and how many pictures there are by now."""
    assert _training is not None
    pictures, seed = _training
    if step % REFRESH_STEPS == 0:
        pictures.refresh()
    rng = np.random.default_rng((seed, step))
    return batch(pictures, pictures.draw_films(rng, FILMS), size, rng), len(pictures)


def bfloat16_pays(device: torch.device) -> bool:
    """Whether convolutions in bfloat16 are faster here. Processors without it imitate it at a tenth of the speed."""
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


def size_at(plan: Plan, step: int, steps: int) -> tuple[int, int]:
    """Width and height (px) of the inputs at a step."""
    return plan.half_px if step < HALF_UNTIL * steps else plan.input_px


def rate_share(step: int, began: int, steps: int) -> float:
    """Share of the full learning rate at a step: a warm-up from where the optimiser began, and half a cosine down to zero."""
    return min(1.0, (step - began + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / steps))


class Trainer:
    """The network, the running mean of its weights, and all that goes into a checkpoint."""

    def __init__(self, plan: Plan, work: Path, seed: int, device: torch.device) -> None:
        """Goes on from the checkpoint in the folder `work` if there is one."""
        torch.manual_seed(seed)
        self.plan, self.device, self.bfloat16 = plan, device, bfloat16_pays(device)
        self.network = Frontal(plan).to(device, memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.network)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), weight_decay=1e-2, fused=True)
        self.step = self.began = 0  # steps: now, and when the optimiser knew nothing
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
        """Write the checkpoint. It appears under its name when it is complete."""
        scratch = self.path.with_suffix(".part")
        state = {"network": self.mean.state_dict(), "trained": self.network.state_dict(),
                 "optimiser": self.optimiser.state_dict(), "step": self.step, "began": self.began}  # fmt: skip
        torch.save(state, scratch)
        scratch.replace(self.path)

    def learn(self, picture: Tensor, targets: Targets, rate: float) -> dict[str, float]:
        """One step at this learning rate. Returns the parts of its loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16):
            answers = self.network.with_maps(picture.contiguous(memory_format=torch.channels_last))
        loss, parts = loss_of(self.plan, answers, targets)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 20.0)
        self.optimiser.step()
        self.step += 1
        memory = min(MEMORY, self.step / (self.step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(*self._averaged, 1 - memory)
        return parts


class Report:
    """What is printed while it learns: the smoothed loss, the speed, and the time that is left."""

    def __init__(self, step: int, steps: int) -> None:
        self._steps = steps
        self._means: dict[str, float] = {}
        self.restart(step)

    def restart(self, step: int) -> None:
        """Measure the speed anew: larger inputs take longer."""
        self._from, self._pictures, self._began = step, 0, time.monotonic()

    def add(self, step: int, pictures: int, parts: dict[str, float], available: int) -> None:
        """Count a step of so many pictures with this loss; print every REPORT_STEPS. available: pictures that there are by now."""
        self._pictures += pictures
        for name, value in parts.items():
            self._means[name] = value if name not in self._means else 0.98 * self._means[name] + 0.02 * value
        if step % REPORT_STEPS == 0:
            spent_s = time.monotonic() - self._began
            left_min = (self._steps - step) * spent_s / (step - self._from) / 60
            loss = ", ".join(f"{name} {value:.2f}" for name, value in self._means.items())
            print(
                f"step {step} of {self._steps}, {available} pictures, {loss}, {self._pictures / spent_s:.0f} pictures/s, "
                f"{left_min:.0f} min left at this rate",
                flush=True,
            )


def batches(plan: Plan, loader: ProcessPoolExecutor, first: int, steps: int) -> Iterator[tuple[Batch, int]]:
    """The batches of all steps from `first`, as `load` makes them. Some are being made ahead."""
    waiting: deque[Future[tuple[Batch, int]]] = deque()
    for step in range(first, steps + AHEAD):
        if step < steps:
            waiting.append(loader.submit(load, step, size_at(plan, step, steps)))
        if step >= first + AHEAD:
            yield waiting.popleft().result()


def validate(trainer: Trainer, validation: dict[str, Pictures], size: tuple[int, int], log: Path) -> None:
    """Print the figures of the mean weights on each set of pictures, and add them to a log."""
    for name, pictures in validation.items():
        figures = figures_of(trainer.mean, pictures, size, trainer.device)
        print(f"  {name}: " + ", ".join(f"{key} {value:.3f}" for key, value in figures.items()), flush=True)
        with log.open("a") as lines:
            lines.write(json.dumps({"step": trainer.step, "pictures": name, **figures}) + "\n")


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
    plan, steps = PLANS[chosen.framing], chosen.steps
    trainer = Trainer(plan, chosen.work, chosen.seed, device)
    validation = {path.name: Pictures([path], chosen.framing) for path in chosen.validation}
    # Batches are made in a process: in a thread they would hold up what drives the network.
    loader = ProcessPoolExecutor(1, get_context("spawn"), open_training, (chosen.data, chosen.framing, chosen.seed))
    report, kept_at = Report(trainer.step, steps), time.monotonic()
    for made, available in batches(plan, loader, trainer.step, steps):
        if trainer.step == math.ceil(HALF_UNTIL * steps):
            report.restart(trainer.step)
        rate = chosen.rate * rate_share(trainer.step, trainer.began, steps)
        picture, targets = to_tensors(made, device)
        parts = trainer.learn(picture, targets, rate)
        step, last = trainer.step, trainer.step == steps
        report.add(step, len(made.pictures), parts, available)
        if step % VALIDATE_STEPS == 0 or last:
            validate(trainer, validation, size_at(plan, step, steps), chosen.work / "log.jsonl")
        if time.monotonic() - kept_at > CHECKPOINT_S or last:
            trainer.keep()
            kept_at = time.monotonic()


if __name__ == "__main__":
    main()
