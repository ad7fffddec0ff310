"""What is to be drawn of a person in a pose."""

from __future__ import annotations

import numpy as np

from ..people.cloth import Cloth, stands_off
from ..people.person import Person
from ..people.posing import Pose
from ..people.skinning import normals, skin
from .drawing import Layer, Look


def layers_of(rng: np.random.Generator, person: Person, pose: Pose) -> list[Layer]:
    """The person's layers in a pose. Cloth slides and swings against the body as `rng` says."""
    grain = float(rng.uniform(0, 0.35))
    out = []
    for worn in person.layers:
        cloth = worn.cloth
        moved = skin(worn.at, cloth.weights, person.body, pose)
        if cloth.part != "skin":
            off = stands_off(cloth)[:, None]
            slide = rng.normal(0, 0.25, 3) * off
            wave = np.sin(worn.at @ rng.normal(0, 14, (3, 3)) + rng.uniform(0, 6, 3))
            moved = moved + (slide + wave * (0.25 * off + 0.35 * cloth.fold_m)).astype(np.float32)
        normal = normals(moved, cloth.faces)
        out.append(Layer(moved, normal, cloth.vertices, worn.arm, cloth.faces, look_of(cloth, grain), worn.hidden_by))
    return out


def look_of(cloth: Cloth, grain: float) -> Look:
    """How the shader draws a layer of cloth. Of its zones it knows the lowest and the highest."""
    kind, scale, second = cloth.pattern
    return Look(
        low_colour=cloth.zones[0][1], high_colour=cloth.zones[-1][1], zone=cloth.zones[0][0], lowest=cloth.lowest,
        highest=cloth.highest, widest=cloth.widest, tilt=cloth.cut_tilt, vee=cloth.vee, cuts_arms=float(cloth.sleeveless),
        pattern=kind, scale=scale, second=second, shine=cloth.shine, grain=grain, seed=cloth.seed,
    )  # fmt: skip
