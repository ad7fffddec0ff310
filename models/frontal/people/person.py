"""A person: a body with its clothes, ready to be posed and drawn, and where its landmarks are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .base_mesh import Array, base
from .body import MARKS, Body, draw_body
from .cloth import CREEP_M, Cloth, Cover, covers_of, deformed, draw_creep, faces_shown
from .looks import skin_tone
from .outfit import draw_outfit
from .posing import Pose
from .puppet import draw_puppet
from .skinning import arm_share, move_joint, normals, sharpened, skin, yielding

# Label without its side -> (joint of a body, the bone that carries it); {} is the side.
_JOINTS = {"shoulder": ("upperarm_{}", "upperarm_{}"), "hip": ("thigh_{}", "thigh_{}"), "knee": ("calf_{}", "calf_{}"),
           "ankle": ("foot_{}", "foot_{}"), "heel": ("heel_{}", "foot_{}"), "toe": ("toe_{}", "ball_{}")}  # fmt: skip
PUPPETS = 0.3  # share of puppets among people of "any" make
# How sharply a surface belongs to one bone: an exponent of its skin weights, drawn between these two. Soft tissue and cloth between
# two bones turn by less than the pelvis does. By how much under which clothes is not known, so it is drawn at random.
SHARPNESS = (0.35, 1.7)
# Share of people whose surface gives way, and most of the pelvis' share of a surface that goes to trunk and thighs (see `yielding`).
YIELDING_PEOPLE, YIELDING_SHARE = 0.5, 0.6
_NEVER_CREEPS = ("skin", "shoes", "hair", "socks", "pouch", "thing", "belt")
_NO_CREEP = (0.0, 0.0)


@dataclass(frozen=True)
class Worn:
    """One layer of a person, as far as it can be seen."""

    cloth: Cloth
    at: Array  # (n, 3; m) its vertices at rest, stood off the body
    arm: Array  # (n) each vertex' share of the arms
    hidden_by: tuple[Cover, ...]  # the covers of the layers over it
    creep: tuple[float, float]  # how far it slides in the course of a run (see `draw_creep`)
    creep_over: tuple[tuple[float, float], ...]  # the same of each of `hidden_by`


@dataclass(frozen=True)
class Person:
    """A body with its layers, the skin first. One person is used for several pictures: making a person takes the longest."""

    body: Body
    layers: list[Worn]
    made_of_tubes: bool


def draw_person(
    rng: np.random.Generator,
    make: str = "any",
    yields: bool = False,
    wardrobe: np.random.Generator | None = None,
    creeping: np.random.Generator | None = None,
) -> Person:
    """A person at random.

    make: "mesh", "puppet", "any" (one of these two), or "blocks", which is for validation only.
    yields: whether some people get a surface that gives way, as people to learn from do.
    wardrobe: chooses the clothes of a "mesh", so that one body can wear others; None: `rng` does.
    creeping: draws how far each garment slides in the course of a run; None: none slides.
    """
    tubes = make == "blocks" or make == "puppet" or (make == "any" and rng.uniform() < PUPPETS)
    body, layers = draw_puppet(rng, blocks=make == "blocks") if tubes else _draw_mesh(rng, wardrobe or rng)
    exponent = float(np.exp(rng.uniform(*np.log(SHARPNESS))))
    layers = [replace(layer, weights=sharpened(layer.weights, exponent)) for layer in layers]
    if yields and rng.uniform() < YIELDING_PEOPLE:
        up, down = rng.uniform(0, YIELDING_SHARE, 2)
        layers = [replace(layer, weights=yielding(layer.weights, layer.vertices, body, up, down)) for layer in layers]
    return Person(body, _put_on(layers, creeping), tubes)


def _draw_mesh(rng: np.random.Generator, wardrobe: np.random.Generator) -> tuple[Body, list[Cloth]]:
    """A body of the base mesh, its skin and its clothes."""
    body = draw_body(rng)
    tone = skin_tone(rng)
    bare = Cloth(
        body.vertices, base().faces, base().weights, "skin", ((9.0, tone),), shine=0.15, pattern=(0, 1.0, tone)
    )
    return body, [bare, *draw_outfit(wardrobe, body)]


def _put_on(layers: list[Cloth], creeping: np.random.Generator | None) -> list[Worn]:
    """The layers (the skin first), each with what hides it. Vertices and whole layers that are never seen are left out."""
    covers = [covers_of(layer) for layer in layers]
    creeps = [_NO_CREEP] * len(layers)
    if creeping:
        creeps = [_NO_CREEP if layer.part in _NEVER_CREEPS else draw_creep(creeping) for layer in layers]
    out = []
    for k, layer in enumerate(layers):
        at = deformed(layer, normals(layer.vertices, layer.faces)) if k else layer.vertices
        arm = arm_share(layer.weights)
        over = tuple(cover for covers_of_one in covers[k + 1 :] for cover in covers_of_one)
        creep_over = tuple(
            creep for covers_of_one, creep in zip(covers[k + 1 :], creeps[k + 1 :], strict=True) for _ in covers_of_one
        )
        faces = faces_shown(_widened(layer), arm, _narrowed(over)) if creeping else faces_shown(layer, arm, over)
        used = np.unique(faces)
        if len(used):
            seen = replace(
                layer, vertices=layer.vertices[used], weights=layer.weights[used],
                faces=np.searchsorted(used, faces).astype(np.int32),
            )  # fmt: skip
            out.append(Worn(seen, at[used], arm[used], over, creeps[k], creep_over))
    return out


def _widened(layer: Cloth) -> Cloth:
    """The layer with its cuts as far out as they may come to lie when it creeps."""
    return replace(layer, lowest=layer.lowest - 1.5 * CREEP_M, highest=layer.highest + 1.5 * CREEP_M)


def _narrowed(covers: tuple[Cover, ...]) -> tuple[Cover, ...]:
    """What these hide wherever they creep to."""
    most = 1.5 * CREEP_M
    return tuple(replace(cover, lowest=cover.lowest + most, highest=cover.highest - most) for cover in covers)


def landmarks(person: Person, pose: Pose) -> dict[str, npt.NDArray[np.float64]]:
    """Where every label (framing.LABELS) lies in a pose: (3; m, body frame)."""
    out = {}
    for word, side in (("left", "l"), ("right", "r")):
        for joint, (point, bone) in _JOINTS.items():
            out[f"{word}_{joint}"] = move_joint(point.format(side), bone.format(side), person.body, pose)
    moved = skin(person.body.marks, person.body.mark_weights, person.body, pose)
    out.update(zip(MARKS, moved.astype(float), strict=True))
    return out
