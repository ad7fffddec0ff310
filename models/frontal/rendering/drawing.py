"""Draws layers of people with moderngl on EGL. Mesa's software renderer will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import cv2
import moderngl
import numpy as np
import numpy.typing as npt

from ..people.base_mesh import Array
from ..people.cloth import Cover
from ..people.looks import Colour
from . import shader

Matrix = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]

COVERS = 4  # the shader heeds so many covers of a layer, the outermost ones
SHADOW_PX = 384  # size of the picture as the sun sees it, from which shadows are taken
CLEAR_M = 0.015  # how far a surface is moved towards its normal before its shadow is looked up, or it would shade itself by rounding


@dataclass(frozen=True)
class Light:
    """The sun and the light from all sides. Colours are (3,) RGB; 1 is as bright as the picture goes."""

    sun: Array  # (3,) direction towards it
    sun_colour: Array
    sky: Array  # light from above
    ground: Array  # and from below
    model: int  # how the surface answers: 0 matt, 1 in steps, 2 half round the corner, 3 with a bright rim
    patchy: float  # darkness (0..1) of shadows that things out of the picture throw on the person
    own_shadow: float = 0.0  # darkness (0..1) of the shadows of the person's own limbs and clothes


@dataclass(frozen=True)
class Look:
    """What the shader knows of a layer besides its triangles. Each field but `pattern` is a uniform of that name."""

    low_colour: Colour  # below `zone`
    high_colour: Colour  # and above
    zone: float  # height (m)
    lowest: float  # the cuts, as in Cloth (m)
    highest: float
    widest: float
    tilt: float
    vee: float
    cuts_arms: float  # 1: the arms are cut away
    pattern: int
    scale: float  # of the pattern
    second: Colour  # the pattern's own
    shine: float
    grain: float
    seed: float
    slid: tuple[float, float] = (0.0, 0.0)  # how far up it has slid (m), and how much more per metre to the left


@dataclass(frozen=True)
class Layer:
    """Triangles and their look."""

    at: Array  # (n, 3; m) in the world
    normal: Array  # (n, 3)
    rest: Array  # (n, 3; m) on the body at rest: cuts and patterns are placed there
    arm: Array  # (n) share of the arms
    faces: npt.NDArray[np.int32]  # (m, 3)
    look: Look
    hidden_by: tuple[Cover, ...] = ()


class Canvas:
    """A picture with depth. It is drawn larger and averaged, because the software renderer is slow at multisampling."""

    PHOTO_PX = 256

    def __init__(self, width_px: int, height_px: int, finer: float = 1.5) -> None:
        self.size_px = (width_px, height_px)
        self._drawn_px = (int(width_px * finer), int(height_px * finer))
        self._context = moderngl.create_standalone_context(backend="egl")
        self._programs: dict[tuple[object, ...], moderngl.Program] = {}
        self._target = self._context.framebuffer(
            [self._context.renderbuffer(self._drawn_px, 4)], self._context.depth_renderbuffer(self._drawn_px)
        )
        values = np.random.default_rng(0).integers(0, 256, (32, 32, 32), np.uint8)
        self._grains = self._context.texture3d((32, 32, 32), 1, values.tobytes())
        self._photo = self._context.texture((self.PHOTO_PX, self.PHOTO_PX), 3)
        self._shadows = self._context.depth_texture((SHADOW_PX, SHADOW_PX))
        self._shadows.compare_func, self._shadows.filter = "<=", (moderngl.LINEAR, moderngl.LINEAR)
        self._from_sun = self._context.framebuffer(depth_attachment=self._shadows)

    def set_photo(self, photo: Picture) -> None:
        """Set the photograph (PHOTO_PX, PHOTO_PX, 3) that pattern 7 prints on cloth."""
        self._photo.write(np.ascontiguousarray(photo).tobytes())

    def draw(self, layers: list[Layer], to_clip: Matrix, eye: Matrix, light: Light) -> Picture:
        """The layers as RGBA (height, width, 4; 0..255): premultiplied colours, and coverage.

        to_clip: world to clip space (4, 4). eye: the camera's place (3; m).
        """
        self._render(layers, to_clip, eye, light)
        width, height = self._drawn_px
        raw = np.frombuffer(self._target.read(components=4), np.uint8).reshape(height, width, 4)
        return np.asarray(cv2.resize(raw[::-1], self.size_px, interpolation=cv2.INTER_AREA), np.uint8)

    def draw_part(
        self, layers: list[Layer], to_clip: Matrix, eye: Matrix, light: Light, part: tuple[int, int, int, int]
    ) -> Picture:
        """As `draw`, but only a part (left, top, width, height; px) of a canvas that is not drawn finer."""
        assert self._drawn_px == self.size_px
        self._render(layers, to_clip, eye, light)
        left, top, width, height = part
        viewport = left, self._drawn_px[1] - top - height, width, height
        return np.frombuffer(self._target.read(viewport, 4), np.uint8).reshape(height, width, 4)[::-1]

    def _render(self, layers: list[Layer], to_clip: Matrix, eye: Matrix, light: Light) -> None:
        self._context.enable(moderngl.DEPTH_TEST)
        self._grains.use(0)
        self._photo.use(1)
        fixed: dict[str, object] = {
            "eye": eye, "sun": light.sun, "sun_colour": light.sun_colour, "sky": light.sky, "ground": light.ground,
            "patchy": light.patchy, "own_shadow": light.own_shadow,
        }  # fmt: skip
        uploaded = [self._upload(layer) for layer in layers]
        if light.own_shadow:  # what the sun sees is lit
            to_sun = sun_to_clip(layers, light.sun)
            fixed["to_sun"] = to_sun
            self._draw_into(self._from_sun, layers, uploaded, fixed | {"to_clip": to_sun}, None)
            self._shadows.use(2)
        self._draw_into(self._target, layers, uploaded, fixed | {"to_clip": to_clip}, light)
        for buffer in (buffer for buffers in uploaded for buffer in buffers):
            buffer.release()

    def _upload(self, layer: Layer) -> tuple[moderngl.Buffer, moderngl.Buffer]:
        data = np.concatenate([layer.at, layer.normal, layer.rest, layer.arm[:, None]], axis=1).astype("f4")
        return self._context.buffer(data.tobytes()), self._context.buffer(layer.faces.astype("i4").tobytes())

    def _program(self, layer: Layer, light: Light | None) -> moderngl.Program:
        """The shader for a layer in a light; None: for its depth alone.

        The software renderer computes both sides of every branch. So the shader is compiled for each combination of pattern, light
        and number of covers, with those as constants.
        """
        hidden = min(len(layer.hidden_by), COVERS)
        key: tuple[object, ...] = (hidden,)
        if light:
            key = hidden, layer.look.pattern, light.model, light.patchy > 0, light.own_shadow > 0
        if key not in self._programs:
            _, pattern, model, patchy, own_shadow = key if light else (hidden, 0, 0, False, False)
            constants = {"[COVERS]": f"[{COVERS}]", "PATTERN": pattern, "MODEL": model, "HIDDEN": hidden, "PATCHY": patchy,
                         "OWN_SHADOW": own_shadow, "DEPTH_ALONE": light is None}  # fmt: skip
            program = self._context.program(
                vertex_shader=shader.VERTEX.replace("CLEAR", str(CLEAR_M)),
                fragment_shader=shader.with_constants(shader.FRAGMENT, constants),
            )
            for unit, name in enumerate(("grains", "photo", "shadows")):
                if name in program:
                    program[name] = unit
            self._programs[key] = program
        return self._programs[key]

    def _draw_into(
        self,
        target: moderngl.Framebuffer,
        layers: list[Layer],
        uploaded: list[tuple[moderngl.Buffer, moderngl.Buffer]],
        uniforms: Mapping[str, object],
        light: Light | None,
    ) -> None:
        target.use()
        target.clear(0, 0, 0, 0)
        for layer, (buffer, index) in zip(layers, uploaded, strict=True):
            program = self._program(layer, light)
            set_uniforms(program, {**uniforms, **uniforms_of(layer)})
            content = [(buffer, "3f 3f 3f 1f", "at", "normal", "rest", "arm")]
            array = self._context.vertex_array(program, content, index, skip_errors=True)
            array.render()
            array.release()


def uniforms_of(layer: Layer) -> dict[str, object]:
    """A layer's look, and what hides it, by the names of the shader."""
    look = {entry.name: getattr(layer.look, entry.name) for entry in fields(layer.look)}
    over = layer.hidden_by[-COVERS:]
    rest = COVERS - len(over)
    return look | {
        "covers": [(c.lowest, c.highest, c.widest, c.tilt) for c in over] + [(0.0, 0.0, 0.0, 0.0)] * rest,
        "sleeves": [float(c.sleeves) for c in over] + [0.0] * rest,
        "uneven": [c.uneven for c in over] + [0.0] * rest,
    }


def set_uniforms(program: moderngl.Program, uniforms: Mapping[str, object]) -> None:
    """Set those that the program has: the compiler drops what its constants make useless."""
    for name, value in uniforms.items():
        if name in ("to_clip", "to_sun") and name in program:
            columns = np.asarray(value, np.float64).T
            program[name].write(np.ascontiguousarray(columns, np.float32).tobytes())
        elif name in program:
            program[name] = np.asarray(value).tolist()


def sun_to_clip(layers: list[Layer], sun: Array) -> Matrix:
    """World to clip space (4, 4) of the sun, which sees all of the layers without perspective. sun: direction towards it (3)."""
    at = np.concatenate([layer.at for layer in layers]).astype(np.float64)
    middle = (at.min(axis=0) + at.max(axis=0)) / 2
    reach = float(np.linalg.norm(at - middle, axis=1).max()) + CLEAR_M
    across = np.cross(sun, (0.31, 0.95, 0.07))
    across /= np.linalg.norm(across)
    axes = np.array([across, np.cross(sun, across), -np.asarray(sun, np.float64)]) / reach
    out = np.eye(4)
    out[:3, :3], out[:3, 3] = axes, -axes @ middle
    return out
