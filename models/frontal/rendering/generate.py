"""Make training pictures.

    python -m models.frontal.rendering.generate OUT --pictures 12000 --seed 1     # OUT/shard-0000.npz, ...; whole bodies
    python -m models.frontal.rendering.generate OUT --framing pelvis              # the same people's pelves, finer
    python -m models.frontal.rendering.generate OUT --sheet                       # OUT/sheet.png, to look at before training

A shard holds pictures as JPEG, and labels. A finished shard is never made again, so an interrupted run can be continued.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np

from ..framing import FRAMINGS, LABELS
from ..people.person import draw_person
from .picture import Painter
from .shards import FILM, Sample, write_shard

SHARD = 240  # pictures in a shard
FILMS = 2  # films of a person
LEFT, RIGHT, MIDDLE = (60, 220, 60), (60, 60, 255), (255, 255, 0)  # colours (BGR) of the labels on a contact sheet


def samples(seed: tuple[int, ...], count: int, painter: Painter, make: str = "any") -> list[Sample]:
    """Pictures of new people, FILMS films of each. count: a multiple of FILM * FILMS."""
    rng = np.random.default_rng(seed)
    out: list[Sample] = []
    while len(out) < count:
        person = draw_person(rng, make, yields=True)
        for _ in range(FILMS):
            out.extend(painter.film(rng, person, FILM))
    return out


def write_sheet(path: Path, drawn: list[Sample], columns: int = 12) -> None:
    """A contact sheet of samples with their labels drawn in."""
    tiles = []
    for sample in drawn:
        tile = sample.picture.copy()
        at = {name: tuple(int(v) for v in point) for name, point in zip(LABELS, sample.points, strict=True)}
        for name, point in at.items():
            tone = LEFT if name.startswith("left") else RIGHT if name.startswith("right") else MIDDLE
            cv2.circle(tile, point, 3, tone, -1, cv2.LINE_AA)
        cv2.line(tile, at["left_hip"], at["right_hip"], (255, 255, 255), 1, cv2.LINE_AA)
        tiles.append(tile)
    blank = np.zeros_like(tiles[0])
    tiles += [blank] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)]
    cv2.imwrite(str(path), np.vstack(rows))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--pictures", type=int, default=12000)
    arguments.add_argument("--seed", type=int, default=1, help="another seed makes other people, clothes and rooms")
    arguments.add_argument("--make", default="any", choices=("any", "mesh", "puppet", "blocks"), help="whose bodies")
    arguments.add_argument("--framing", default="body", choices=tuple(FRAMINGS), help="which network they are for")
    arguments.add_argument(
        "--from-shard", type=int, default=0, help="leave the shards before this one to another process"
    )
    arguments.add_argument("--sheet", action="store_true", help="only a contact sheet of 48 pictures")
    chosen = arguments.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    painter = Painter(FRAMINGS[chosen.framing])
    began = time.monotonic()
    if chosen.sheet:
        write_sheet(chosen.out / "sheet.png", samples((chosen.seed, 9999), 48, painter, chosen.make))
        print(f"{chosen.out / 'sheet.png'} ({48 / (time.monotonic() - began):.1f} pictures/s)")
        return
    shards = -(-chosen.pictures // SHARD)
    for shard in range(chosen.from_shard, shards):
        path = chosen.out / f"shard-{shard:04d}.npz"
        if path.exists():
            continue
        began = time.monotonic()
        write_shard(path, samples((chosen.seed, shard), SHARD, painter, chosen.make))
        print(f"{path.name}: {shard + 1} of {shards}, {SHARD / (time.monotonic() - began):.1f} pictures/s", flush=True)


if __name__ == "__main__":
    main()
