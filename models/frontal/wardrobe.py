"""Clothes: garments of the MakeHuman collection (CC0), fitted, loosened, cut and recoloured at random; and shells of our own
over the body: tight, loose, hanging, long, tilted at the waist, moving against the body, with folds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from body import BONES, Array, Base, Body, base
from drawing import Cover
from scipy import sparse

HEM_M = 0.035  # of a layer, under which what is below it may still show
_HIDES_NOTHING = ("skin", "shoes", "hair", "socks", "belt", "thing", "band", "pouch")
_UNCUT_BY_TILT = ("skin", "shoes", "hair", "pouch")
_NO_SLEEVES = ("tights", "leggings", "shorts", "wide", "trousers", "skirt", "belt", "jacket", "bra", "socks", "band")
_CLINGS = ("skin", "tights", "leggings")
HANGS_FREE_M = 0.06  # cloth that stands off so far touches the pelvis hardly anywhere
FITTED = 0.4  # share of people who wear what runners wear in summer; the others show what cloth can hide
_BOTTOMS = {"tights": 0.15, "leggings": 0.2, "shorts": 0.25, "wide": 0.15, "trousers": 0.15, "skirt": 0.1}
_TOPS = {"bra": 0.12, "tight": 0.2, "shirt": 0.3, "long": 0.2, "hoodie": 0.12, "none": 0.06}
_FITTED_BOTTOMS = {"tights": 0.35, "leggings": 0.3, "shorts": 0.35}
_FITTED_TOPS = {"bra": 0.2, "tight": 0.4, "shirt": 0.3, "none": 0.1}
GARMENTS = Path(__file__).resolve().parent / "garments"


@dataclass(frozen=True)
class Fit:
    """How a garment lies on the base mesh."""

    anchors: npt.NDArray[np.int64]  # (n, 3)
    shares: npt.NDArray[np.float32]  # (n, 3)
    offsets: npt.NDArray[np.float32]  # (n, 3)
    scales: tuple[tuple[int, int, float], ...]
    faces: npt.NDArray[np.int32]
    weights: sparse.csr_matrix


@cache
def read_fit(name: str) -> Fit:
    """A garment by its path under garments/, without ending."""
    anchors, shares, offsets, scales = [], [], [], {}
    reading = False
    for line in (GARMENTS / f"{name}.mhclo").read_text().splitlines():
        parts = line.split()
        if not parts:
            continue
        if parts[0] in ("x_scale", "y_scale", "z_scale"):
            scales[parts[0][0]] = (int(parts[1]), int(parts[2]), float(parts[3]))
        elif parts[0] == "verts":
            reading = True
        elif reading and len(parts) == 9:
            anchors.append([int(part) for part in parts[:3]])
            shares.append([float(part) for part in parts[3:6]])
            offsets.append([float(part) for part in parts[6:]])
        elif reading and len(parts) == 1 and parts[0].lstrip("-").isdigit():
            anchors.append([int(parts[0])] * 3)
            shares.append([1.0, 0.0, 0.0])
            offsets.append([0.0, 0.0, 0.0])
        elif reading and not parts[0].lstrip("-").replace(".", "").isdigit():
            reading = parts[0] == "material" or parts[0] == "vertexboneweights_file" or parts[0] == "max_pole"
    faces = []
    for line in (GARMENTS / f"{name}.obj").read_text().splitlines():
        if line.startswith("f "):
            corners = [int(part.split("/")[0]) - 1 for part in line.split()[1:]]
            faces.extend([corners[0], corners[i], corners[i + 1]] for i in range(1, len(corners) - 1))
    index, share = np.asarray(anchors), np.asarray(shares, np.float32)
    count = len(index)
    rows = np.repeat(np.arange(count), 3)
    pick = sparse.coo_matrix((share.ravel(), (rows, index.ravel())), (count, len(base().vertices))).tocsr()
    return Fit(
        index, share, np.asarray(offsets, np.float32), tuple(scales[axis] for axis in "xyz"),
        np.asarray(faces, np.int32), (pick @ base().weights).tocsr(),
    )  # fmt: skip


def fitted(fit: Fit, body: Body) -> Array:
    """The garment's vertices on a body at rest (metres)."""
    at = body.vertices
    size = np.array(
        [abs(at[a, axis] - at[b, axis]) / distance for axis, (a, b, distance) in enumerate(fit.scales)], np.float32
    )
    return (at[fit.anchors] * fit.shares[:, :, None]).sum(axis=1) + fit.offsets * size


@dataclass(frozen=True)
class Cloth:
    """One layer over (or instead of) the skin, at rest."""

    vertices: Array
    faces: npt.NDArray[np.int32]
    weights: sparse.csr_matrix
    part: str  # what it is: decides nothing but names it
    zones: tuple[tuple[float, npt.NDArray[np.float32]], ...] = ()  # (height up to which, colour), from below
    lowest: float = -9.0  # cut away below this height at rest (m)
    highest: float = 9.0
    widest: float = 9.0  # and beyond this distance from the midline
    tilt: float = 0.0  # slope of both cuts: a waistband that does not follow the pelvis
    puff_m: float = 0.0  # how far it stands off
    flare_m: float = 0.0  # and how much further at its lower end
    fold_m: float = 0.0
    sag_m: float = 0.0
    seed: float = 0.0
    shine: float = 0.0
    pattern: tuple[int, float, npt.NDArray[np.float32]] = field(
        default_factory=lambda: (0, 1.0, np.zeros(3, np.float32))
    )
    vee: float = 0.0  # slope of both cuts on either side of the midline: the edge of a brief, a chevron

    @property
    def cut_tilt(self) -> float:
        """The slope of its cuts; what is not cut has none."""
        return 0.0 if self.part in _UNCUT_BY_TILT else self.tilt

    @property
    def sleeveless(self) -> bool:
        return self.part in _NO_SLEEVES


def covers_of(cloth: Cloth) -> tuple[Cover, ...]:
    """What the layer hides of those under it; all but a hem, where they may show. A suit of two pieces leaves the belly bare."""
    if cloth.part in _HIDES_NOTHING:
        return ()
    on_arms = arm_share(cloth.weights) > 0.5
    corners = cloth.vertices[cloth.faces[~on_arms[cloth.faces].all(axis=1)], 1]
    widest = min(cloth.widest, float(np.abs(cloth.vertices[:, 0]).max())) - HEM_M
    sleeves = bool(on_arms.any()) and not cloth.sleeveless
    return tuple(
        Cover(max(cloth.lowest, low) + HEM_M, min(cloth.highest, high) - HEM_M, widest, cloth.cut_tilt, sleeves)
        for low, high in pieces(corners.min(axis=1), corners.max(axis=1))
    )


def pieces(low: Array, high: Array) -> list[tuple[float, float]]:
    """The heights that faces from `low` to `high` fill without a gap."""
    out: list[tuple[float, float]] = []
    for k in np.argsort(low):
        if out and low[k] <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], float(high[k]))
        else:
            out.append((float(low[k]), float(high[k])))
    return out


def faces_shown(cloth: Cloth, arm: Array, hidden_by: tuple[Cover, ...]) -> npt.NDArray[np.int32]:
    """The faces of a layer without those that its own cuts or what is worn over it take away whole; the shader does the rest."""
    across, up = cloth.vertices[:, 0], cloth.vertices[:, 1]
    height = up - cloth.cut_tilt * across - cloth.vee * np.abs(across)
    corners = height[cloth.faces]
    kept = (corners.max(axis=1) > cloth.lowest) & (corners.min(axis=1) < cloth.highest)
    kept &= (across[cloth.faces].min(axis=1) < cloth.widest) & (across[cloth.faces].max(axis=1) > -cloth.widest)
    if cloth.sleeveless:
        kept &= (arm[cloth.faces] <= 0.5).any(axis=1)
    for cover in hidden_by:
        at = up - cover.tilt * across
        hidden = (at > cover.lowest) & (at < cover.highest) & (np.abs(across) < cover.widest)
        if not cover.sleeves:
            hidden &= arm < 0.5
        kept &= ~hidden[cloth.faces].all(axis=1)
    return np.ascontiguousarray(cloth.faces[kept])


def sharpened(weights: sparse.csr_matrix, exponent: float) -> sparse.csr_matrix:
    """Skin weights (vertices, bones) with another fall-off from bone to bone; each row still adds up to one."""
    out = sparse.csr_matrix(weights, dtype=np.float64)
    out.data = np.maximum(out.data, 0.0) ** exponent  # fitted garments have weights a little under 0
    total = np.asarray(out.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags(1.0 / np.maximum(total, 1e-9)) @ out)


def slack(weights: sparse.csr_matrix, vertices: Array, body: Body, up: float, down: float) -> sparse.csr_matrix:
    """Skin weights of soft tissue and cloth that give way: what is the pelvis' is in part the trunk's above the hips, the thighs' below.

    up, down: the share (0..1) that is given away, at the waist and below the hips.
    """
    hips = (body.joints["thigh_l"] + body.joints["thigh_r"]) / 2
    waist_y = float(body.joints["spine_01"][1])
    half_m = abs(float(body.joints["thigh_l"][0] - hips[0]))
    height = (vertices[:, 1] - float(hips[1])) / max(waist_y - float(hips[1]), half_m)
    left = 1.0 / (1.0 + np.exp(-np.clip((vertices[:, 0] - float(hips[0])) / (0.3 * half_m), -30, 30)))
    to_trunk = up * np.clip(height, 0.0, 1.0)
    to_thighs = down * np.clip(0.5 - height, 0.0, 1.0)
    given = np.zeros((len(vertices), len(BONES)))
    given[:, BONES.index("pelvis")] = -to_trunk - to_thighs
    given[:, BONES.index("spine_01")] = to_trunk
    given[:, BONES.index("thigh_l")] = to_thighs * left
    given[:, BONES.index("thigh_r")] = to_thighs * (1.0 - left)
    own = weights[:, [BONES.index("pelvis")]].toarray()
    return sparse.csr_matrix(weights + sparse.csr_matrix(own * given))


def hung(weights: sparse.csr_matrix, moves: dict[str, tuple[str, float]]) -> sparse.csr_matrix:
    """Skin weights of cloth that hangs instead of clinging: a share of what hangs on one bone is given to another."""
    transfer = np.eye(len(BONES), dtype=np.float32)
    for bone, (other, share) in moves.items():
        row = transfer[BONES.index(bone)].copy()
        transfer[BONES.index(bone)] = (1 - share) * row
        transfer[BONES.index(bone), BONES.index(other)] += share
    return sparse.csr_matrix(weights @ transfer)


def hung_top(rng: np.random.Generator, cloth: Cloth, loose_m: float) -> Cloth:
    """A shirt or jacket over the hips: it does not follow the thighs, and the pelvis only as far as it touches it.

    loose_m: how far it stands off at its hem; what lies close goes with the pelvis.
    """
    off_legs = {f"thigh_{side}": ("pelvis", float(rng.uniform(0.5, 1.0))) for side in "lr"}
    weights = hung(cloth.weights, off_legs)
    share = float(rng.uniform(0.0, 0.9)) * min(max(loose_m - 0.01, 0.0) / HANGS_FREE_M, 1.0)
    return replace(cloth, weights=hung(weights, {"pelvis": ("spine_02", share)}))


def hung_bottom(rng: np.random.Generator, cloth: Cloth, most: float) -> Cloth:
    """A skirt or wide shorts: held by the waist, moved by the thighs only in part."""
    share = float(rng.uniform(0.0, most))
    return replace(cloth, weights=hung(cloth.weights, {f"thigh_{side}": ("pelvis", share) for side in "lr"}))


def colour(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Any colour; dark and grey ones as often as bright ones, as in a gym."""
    kind = rng.uniform()
    if kind < 0.35:
        return np.full(3, rng.uniform(0.02, 0.2), np.float32) + rng.normal(0, 0.015, 3).astype(np.float32)
    if kind < 0.5:
        return np.full(3, rng.uniform(0.3, 0.95), np.float32)
    hue = rng.uniform(0, 1, 3)
    hue = (hue - hue.min()) / (np.ptp(hue) + 1e-6)
    value, saturation = rng.uniform(0.15, 0.95), rng.uniform(0.2, 1.0)
    return (value * (1 - saturation + saturation * hue)).astype(np.float32)


def skin_tone(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    tone = rng.uniform()
    shade = (1 - tone) * np.array([0.95, 0.75, 0.63]) + tone * np.array([0.22, 0.13, 0.09])
    return np.asarray(shade * rng.uniform(0.85, 1.1, 3), np.float32)


def draw_pattern(rng: np.random.Generator) -> tuple[int, float, npt.NDArray[np.float32]]:
    kind = int(rng.choice(9, p=(0.34, 0.09, 0.1, 0.06, 0.08, 0.07, 0.06, 0.1, 0.1)))
    return kind, float(rng.uniform(0.4, 1.6)), colour(rng)


def _shell(
    rng: np.random.Generator, body: Body, part: str, lowest: float, highest: float, widest: float, puff: float,
    flare: float, fold: float, sag: float = 0.0,
) -> Cloth:  # fmt: skip
    shared: Base = base()
    return Cloth(
        body.vertices, shared.faces, shared.weights, part, ((9.0, colour(rng)),), lowest, highest, widest,
        float(rng.normal(0, 0.03)), puff, flare, fold, sag, float(rng.uniform(0, 100)), float(rng.uniform(0, 0.5)),
        draw_pattern(rng),
    )  # fmt: skip


def draw_outfit(rng: np.random.Generator, body: Body) -> list[Cloth]:
    """What a person wears: garments or shells, over each other, from the inside out."""
    hip = float((body.joints["thigh_l"][1] + body.joints["thigh_r"][1]) / 2)
    knee = float(body.joints["calf_l"][1])
    ankle = float(body.joints["foot_l"][1])
    waist = float(body.joints["spine_02"][1])
    neck = float(body.joints["neck_01"][1])
    shoulder = float(abs(body.joints["upperarm_l"][0]))
    out: list[Cloth] = []
    if rng.uniform() < FITTED:
        bottom = _bottom(rng, body, hip, knee, ankle, waist, _FITTED_BOTTOMS)
        top = _top(rng, body, hip, knee, waist, neck, shoulder, _FITTED_TOPS)
        out.extend(bottom + top if rng.uniform() < 0.6 else top + bottom)
    elif rng.uniform() < 0.5:
        suits = sorted(path.stem for path in (GARMENTS / "clothes").glob("*suit*.mhclo"))
        out.append(_suit(rng, body, str(rng.choice(suits)), hip, knee, ankle, waist))
        if rng.uniform() < 0.5:
            out.extend(_bottom(rng, body, hip, knee, ankle, waist))
        if rng.uniform() < 0.35:
            out.extend(_top(rng, body, hip, knee, waist, neck, shoulder))
    else:
        bottom = _bottom(rng, body, hip, knee, ankle, waist)
        top = _top(rng, body, hip, knee, waist, neck, shoulder)
        out.extend(bottom + top if rng.uniform() < 0.7 else top + bottom)
    if rng.uniform() < 0.06:  # a jacket tied round the waist
        out.append(_shell(rng, body, "jacket", hip - rng.uniform(0.05, 0.25), hip + rng.uniform(0.03, 0.1), 0.5,
                          rng.uniform(0.02, 0.05), rng.uniform(0.02, 0.1), rng.uniform(0.01, 0.03)))  # fmt: skip
    if rng.uniform() < 0.3:
        bands = _bands(rng, body, hip, knee)
        # Over what clings; under what hangs, where only a bare thigh shows them.
        out = out + bands if all(cloth.part in _CLINGS for cloth in out if cloth.lowest < hip) else bands + out
    if rng.uniform() < 0.25:
        belt = _belt(rng, body, hip, waist)
        out.append(belt)
        out.extend(_pouch(rng, body, belt) for _ in range(int(rng.choice((0, 1, 2, 4)))))
    if rng.uniform() < 0.93:
        shoes = sorted(path.stem for path in (GARMENTS / "clothes").glob("shoes*.mhclo"))
        fit = read_fit(f"clothes/{rng.choice(shoes)}")
        sole = float(rng.uniform(0.0, 0.035))
        out.append(Cloth(fitted(fit, body), fit.faces, fit.weights, "shoes", ((sole, colour(rng)), (9.0, colour(rng))),
                         puff_m=float(rng.uniform(0, 0.006)), shine=float(rng.uniform(0, 0.6)), pattern=draw_pattern(rng)))  # fmt: skip
    if rng.uniform() < 0.6:
        out.append(_shell(rng, body, "socks", -9, ankle + rng.uniform(0.0, 0.25), 9, 0.003, 0, 0))
    if rng.uniform() < 0.85:
        hairs = sorted(path.stem for path in (GARMENTS / "hair").glob("*.mhclo"))
        fit = read_fit(f"hair/{rng.choice(hairs)}")
        shade = np.array([0.35, 0.25, 0.18], np.float32) * rng.uniform(0.05, 1.8) + rng.uniform(0, 0.15)
        out.append(Cloth(fitted(fit, body), fit.faces, fit.weights, "hair", ((9.0, shade.astype(np.float32)),),
                         puff_m=float(rng.uniform(0, 0.02)), shine=0.3, pattern=(5, 1.0, shade * 0.6)))  # fmt: skip
    return out


def _suit(
    rng: np.random.Generator, body: Body, name: str, hip: float, knee: float, ankle: float, waist: float
) -> Cloth:
    fit = read_fit(f"clothes/{name}")
    vertices = fitted(fit, body)
    belt = rng.uniform(hip + 0.02, waist + 0.05)
    trousers, shirt = colour(rng), colour(rng)
    lowest = float(
        rng.choice(
            (-9.0, rng.uniform(min(knee - 0.05, hip - 0.12), hip - 0.12), rng.uniform(ankle, knee)), p=(0.4, 0.4, 0.2)
        )
    )
    widest = float(rng.choice((9.0, rng.uniform(0.15, 0.6)), p=(0.6, 0.4)))
    return Cloth(
        vertices, fit.faces, fit.weights, name, ((float(belt), trousers), (9.0, shirt)), lowest, 9.0, widest,
        float(rng.normal(0, 0.03)), float(abs(rng.normal(0, 0.012))), float(abs(rng.normal(0, 0.015))),
        float(abs(rng.normal(0, 0.008))), float(abs(rng.normal(0, 0.01))), float(rng.uniform(0, 100)),
        float(rng.uniform(0, 0.5)), draw_pattern(rng),
    )  # fmt: skip


def _bottom(
    rng: np.random.Generator, body: Body, hip: float, knee: float, ankle: float, waist: float,
    kinds: dict[str, float] = _BOTTOMS,
) -> list[Cloth]:  # fmt: skip
    top = rng.uniform(hip + 0.04, waist + 0.06)
    kind = rng.choice(list(kinds), p=list(kinds.values()))
    thigh = hip - knee
    if kind == "tights":
        return [_shell(rng, body, kind, knee + thigh * rng.uniform(0.1, 0.75), top, 0.4, 0.003, 0, 0.001)]
    if kind == "leggings":
        return [_shell(rng, body, kind, rng.uniform(ankle, knee), top, 0.4, 0.003, 0, 0.001)]
    if kind == "shorts":
        return [_shell(rng, body, kind, knee + thigh * rng.uniform(0.1, 0.7), top, 0.4, rng.uniform(0.006, 0.018),
                       rng.uniform(0.005, 0.035), rng.uniform(0.002, 0.01), rng.uniform(0, 0.02))]  # fmt: skip
    if kind == "wide":
        wide = _shell(rng, body, kind, knee + thigh * rng.uniform(-0.15, 0.5), top, 0.4, rng.uniform(0.015, 0.035),
                      rng.uniform(0.02, 0.07), rng.uniform(0.006, 0.02), rng.uniform(0, 0.04))  # fmt: skip
        return [hung_bottom(rng, wide, 0.4)]
    if kind == "trousers":
        return [_shell(rng, body, kind, ankle + rng.uniform(-0.05, 0.1), top, 0.4, rng.uniform(0.01, 0.03),
                       rng.uniform(0.01, 0.05), rng.uniform(0.005, 0.018), rng.uniform(0, 0.04))]  # fmt: skip
    return [
        _shell(rng, body, "tights", knee + thigh * rng.uniform(0.1, 0.6), top, 0.4, 0.003, 0, 0.001),
        hung_bottom(rng, _shell(rng, body, kind, knee + thigh * rng.uniform(0.2, 0.6), top, 0.4, rng.uniform(0.01, 0.02),
                                 rng.uniform(0.05, 0.12), rng.uniform(0.01, 0.02)), 1.0),
    ]  # fmt: skip


def _top(
    rng: np.random.Generator, body: Body, hip: float, knee: float, waist: float, neck: float, shoulder: float,
    kinds: dict[str, float] = _TOPS,
) -> list[Cloth]:  # fmt: skip
    kind = rng.choice(list(kinds), p=list(kinds.values()))
    sleeve = shoulder + rng.choice((rng.uniform(-0.04, 0.02), rng.uniform(0.05, 0.25), 0.7))
    top = neck + rng.uniform(-0.12, 0.0)
    if kind == "none":
        return []
    if kind == "bra":
        return [
            _shell(rng, body, kind, waist + (neck - waist) * rng.uniform(0.2, 0.45), top, shoulder - 0.02, 0.003, 0, 0)
        ]
    if kind == "tight":
        return [_shell(rng, body, kind, rng.uniform(hip - 0.02, waist), top, sleeve, 0.004, 0, 0.002)]
    if kind == "shirt":
        loose = _shell(rng, body, kind, rng.uniform(hip - 0.05, waist), top, sleeve, rng.uniform(0.006, 0.02),
                       rng.uniform(0.0, 0.04), rng.uniform(0.003, 0.014), rng.uniform(0, 0.02))  # fmt: skip
    elif kind == "long":
        loose = _shell(rng, body, kind, hip - (hip - knee) * rng.uniform(0.05, 0.5), top, sleeve, rng.uniform(0.01, 0.03),
                       rng.uniform(0.01, 0.06), rng.uniform(0.005, 0.018), rng.uniform(0, 0.03))  # fmt: skip
    else:
        loose = _shell(rng, body, kind, hip - rng.uniform(-0.04, 0.12), top, 0.75, rng.uniform(0.02, 0.045),
                       rng.uniform(0.0, 0.03), rng.uniform(0.008, 0.02), rng.uniform(0, 0.03))  # fmt: skip
    return [hung_top(rng, loose, loose.puff_m + loose.flare_m)]


def _belt(rng: np.random.Generator, body: Body, hip: float, waist: float) -> Cloth:
    at = rng.uniform(hip + 0.05, waist + 0.03)
    return _shell(rng, body, "belt", at - rng.uniform(0.01, 0.03), at + rng.uniform(0.01, 0.03), 0.4,
                  rng.uniform(0.015, 0.045), 0, 0)  # fmt: skip


def _bands(rng: np.random.Generator, body: Body, hip: float, knee: float) -> list[Cloth]:
    """Straps, braces and guards about the thighs, soft or stiff."""
    out = []
    for _ in range(int(rng.integers(1, 4))):
        at, wide = rng.uniform(knee - 0.08, hip + 0.06), rng.uniform(0.01, 0.08)
        band = _shell(rng, body, "band", at - wide, at + wide, 0.4, float(rng.choice((0.004, rng.uniform(0.01, 0.04)))), 0,
                      rng.uniform(0, 0.01))  # fmt: skip
        stiff = sharpened(band.weights, float(np.exp(rng.uniform(0, 1.8))))
        out.append(replace(band, vee=float(rng.choice((0.0, rng.normal(0, 0.5)))), weights=stiff))
    return out


def _pouch(rng: np.random.Generator, body: Body, belt: Cloth) -> Cloth:
    """A box (a telephone, a flask) that hangs from a belt and goes with what lies under it."""
    shared: Base = base()
    up = (belt.lowest + belt.highest) / 2
    near = np.flatnonzero((np.abs(body.vertices[:, 1] - up) < 0.03) & (arm_share(shared.weights) < 0.1))
    at = int(rng.choice(near))
    out = body.vertices[at] * np.array([1.0, 0.0, 1.0])
    out = out / max(float(np.linalg.norm(out)), 1e-6)
    aside = np.array([out[2], 0.0, -out[0]])
    wide, high, deep = rng.uniform(0.025, 0.08), rng.uniform(0.03, 0.09), rng.uniform(0.01, 0.03)
    middle = body.vertices[at] + out * (belt.puff_m + deep) - np.array([0.0, rng.uniform(-0.2, 0.9) * high, 0.0])
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * (wide, high, deep)
    sides = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    placed = middle + corners @ np.stack([aside, [0.0, 1.0, 0.0], out])
    faces = np.concatenate([np.array([[0, 1, 2], [0, 2, 3]]) + 4 * side for side in range(6)]).astype(np.int32)
    weights = sparse.csr_matrix(np.repeat(shared.weights[at].toarray(), 24, axis=0))
    return Cloth(placed[sides.ravel()].astype(np.float32), faces, weights, "pouch", ((9.0, colour(rng)),),
                 seed=float(rng.uniform(0, 100)), shine=float(rng.uniform(0, 0.6)), pattern=draw_pattern(rng))  # fmt: skip


def _down(cloth: Cloth) -> Array:
    """How far down the layer each vertex lies: 0 at its upper edge, 1 at its lower one."""
    span = max(min(cloth.highest, 2.0) - max(cloth.lowest, 0.0), 0.1)
    return np.asarray(np.clip((min(cloth.highest, 2.0) - cloth.vertices[:, 1]) / span, 0, 1), np.float32)


def stands_off(cloth: Cloth) -> Array:
    """How far each vertex (metres) may swing: what hangs does, a waistband that holds on to the body does not."""
    down = _down(cloth)
    return np.asarray((cloth.puff_m * down + cloth.flare_m * down**1.5), np.float32)


def deform(cloth: Cloth, normals: Array) -> Array:
    """The layer's vertices at rest, stood off the body, flared, folded and sagging."""
    at = cloth.vertices
    down = _down(cloth)
    s = cloth.seed
    folds = np.sin(38 * at[:, 0] + 9 * at[:, 1] + s) * np.sin(31 * at[:, 2] - 7 * at[:, 1] + 2 * s) + 0.6 * np.sin(
        17 * at[:, 1] + 23 * at[:, 0] * np.cos(s) + 19 * at[:, 2] * np.sin(s) + 3 * s
    )
    off = cloth.puff_m + cloth.flare_m * down**1.5 + cloth.fold_m * folds
    moved = at + np.maximum(off, 0.001)[:, None] * normals
    moved[:, 1] -= cloth.sag_m * np.sin(np.pi * down)
    return moved.astype(np.float32)


def arm_share(weights: sparse.csr_matrix) -> npt.NDArray[np.float32]:
    """How much of each vertex hangs on the arms: hands beside the hips are not cut by a hip-high hem."""
    arms = [BONES.index(f"{bone}_{side}") for bone in ("upperarm", "lowerarm", "hand") for side in "lr"]
    return np.asarray(weights[:, arms].sum(axis=1), np.float32).ravel()
