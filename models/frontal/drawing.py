"""Draws layers with moderngl on EGL (Mesa's software renderer will do): one shader, many looks.

The software renderer computes both sides of every branch. So the shader is compiled anew for each combination of pattern, light and covers
that occurs, with those as constants.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import moderngl
import numpy as np
import numpy.typing as npt

COVERS = 4  # layers over one that are heeded; the outermost ones
SHADOW_PX = 384  # of the picture as the sun sees it
CLEAR_M = 0.015  # of itself a surface keeps, or it would lie in its own shadow by rounding
VERTEX = """
#version 330
uniform mat4 to_clip; uniform mat4 to_sun;
in vec3 at; in vec3 normal; in vec3 rest; in float arm;
invariant gl_Position;
out vec3 v_normal; out vec3 v_rest; out vec3 v_at; out float v_arm; out vec3 v_sunwards;
void main() {
  v_normal = normal; v_rest = rest; v_at = at; v_arm = arm;
  v_sunwards = (to_sun * vec4(at + CLEAR * normal, 1.0)).xyz * 0.5 + 0.5;
  gl_Position = to_clip * vec4(at, 1.0);
}
"""

FRAGMENT = """
#version 330
uniform vec3 eye; uniform vec3 sun; uniform vec3 sun_colour; uniform vec3 sky; uniform vec3 ground;
uniform vec3 low_colour; uniform vec3 high_colour; uniform float zone;
uniform float lowest; uniform float highest; uniform float widest; uniform float tilt; uniform float vee; uniform float cuts_arms;
const int pattern = PATTERN; uniform float scale; uniform vec3 second; uniform float shine; uniform float grain; const int model = MODEL;
const int hidden_by = HIDDEN; uniform vec4 covers[COVERS]; uniform float sleeves[COVERS]; uniform float uneven[COVERS];
uniform vec2 slid;  // up, and how much more per metre to the left
uniform float seed; uniform sampler3D grains; uniform sampler2D photo; uniform float patchy;
uniform sampler2DShadow shadows; uniform float own_shadow; in vec3 v_sunwards;
in vec3 v_normal; in vec3 v_rest; in vec3 v_at; in float v_arm;
out vec4 colour;
float hash(vec3 p) { return fract(sin(dot(p, vec3(12.9898, 78.233, 37.719)) + seed) * 43758.5453); }
float noise(vec3 p) { return texture(grains, p / 32.0 + seed * 0.137).r; }
void main() {
  vec3 own = vec3(v_rest.x, v_rest.y - slid.x - slid.y * clamp(v_rest.x, -0.2, 0.2), v_rest.z);
  float height = own.y - tilt * v_rest.x - vee * abs(v_rest.x);
  if (height < lowest || height > highest) discard;
  if (abs(v_rest.x) > widest) discard;
  if (cuts_arms > 0.5 && v_arm > 0.5) discard;
  for (int i = 0; i < hidden_by; i++) {
    float at = v_rest.y - covers[i].w * v_rest.x - uneven[i] * clamp(v_rest.x, -0.2, 0.2);
    if (at > covers[i].x && at < covers[i].y && abs(v_rest.x) < covers[i].z && (sleeves[i] > 0.5 || v_arm < 0.5)) discard;
  }
  if (DEPTH_ALONE) { colour = vec4(1.0); return; }
  vec3 n = normalize(v_normal);
  vec3 view = normalize(eye - v_at);
  if (dot(n, view) < 0.0) n = -n;
  vec3 base = height < zone ? low_colour : high_colour;
  vec3 p = own * scale;
  float w = 0.0;
  if (pattern == 1) w = step(0.5, fract(p.y * 14.0));
  else if (pattern == 2) w = step(0.9, fract(abs(p.x) * 5.0 + 0.15));
  else if (pattern == 3) w = step(0.5, fract(p.y * 18.0)) * step(0.5, fract(p.x * 18.0));
  else if (pattern == 4) w = smoothstep(0.45, 0.6, noise(p * 14.0));
  else if (pattern == 5) w = noise(p * vec3(60.0, 8.0, 60.0));
  else if (pattern == 6) w = step(length(fract(p.xy * 4.0 + seed) - 0.5), 0.22) * step(0.5, hash(floor(vec3(p.xy * 4.0 + seed, 1.0))));
  else if (pattern == 8) w = step(0.5, fract((p.y + 1.5 * sin(seed) * abs(p.x)) * 4.0 + seed));  // blocks and chevrons
  base = mix(base, second, w);
  if (pattern == 7) base *= 0.3 + 1.4 * texture(photo, p.xy * 1.7 + seed * 0.31).rgb;
  base *= 1.0 + grain * (noise(own * 130.0) - 0.5) + grain * (noise(own * 24.0) - 0.5);
  float facing = dot(n, sun);
  float lit = max(facing, 0.0);
  if (PATCHY) {  // hard shadows of things that are not in the picture
    vec3 across = normalize(cross(sun, vec3(0.31, 0.95, 0.07)));
    vec2 at = vec2(dot(v_at, across), dot(v_at, cross(sun, across)));
    lit *= 1.0 - patchy * smoothstep(0.48, 0.54, noise(vec3(at * 9.0, seed * 0.01)));
  }
  if (OWN_SHADOW) lit *= 1.0 - own_shadow * (1.0 - texture(shadows, v_sunwards));
  if (model == 1) lit = floor(lit * 3.0 + 0.5) / 3.0;
  if (model == 2) lit = 0.5 + 0.5 * facing;
  vec3 around = mix(ground, sky, 0.5 + 0.5 * n.y);
  vec3 half_way = normalize(sun + view);
  float glint = shine * pow(max(dot(n, half_way), 0.0), 24.0);
  float rim = model == 3 ? pow(1.0 - max(dot(n, view), 0.0), 3.0) * 0.5 : 0.0;
  colour = vec4(base * (around + sun_colour * lit) + sun_colour * glint + rim * sky, 1.0);
}
"""


@dataclass(frozen=True)
class Cover:
    """What is hidden under a layer, in coordinates of rest (m): in the picture it stays under it, however both move."""

    lowest: float
    highest: float
    widest: float
    tilt: float
    sleeves: bool
    uneven: float = 0.0  # how much further up per metre to the left it has slid, as far as 0.2 m


@dataclass(frozen=True)
class Light:
    sun: npt.NDArray[np.float32]  # direction towards it
    sun_colour: npt.NDArray[np.float32]
    sky: npt.NDArray[np.float32]
    ground: npt.NDArray[np.float32]
    model: int
    patchy: float  # how dark shadows are that fall on the person from elsewhere, 0..1
    own_shadow: float = 0.0  # and those of the person's own limbs and clothes


@dataclass(frozen=True)
class Layer:
    """Triangles with the uniforms of their look."""

    at: npt.NDArray[np.float32]  # (n, 3) world
    normal: npt.NDArray[np.float32]
    rest: npt.NDArray[np.float32]
    arm: npt.NDArray[np.float32]
    faces: npt.NDArray[np.int32]
    look: dict[str, object]
    hidden_by: tuple[Cover, ...] = ()


class Canvas:
    """A picture with depth, drawn larger and averaged (the software renderer is slow at multisampling)."""

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

    def hang_photo(self, photo: npt.NDArray[np.uint8]) -> None:
        """The photograph (PHOTO_PX, PHOTO_PX, 3) that pattern 7 prints on cloth."""
        self._photo.write(np.ascontiguousarray(photo).tobytes())

    def draw(
        self, layers: list[Layer], to_clip: npt.NDArray[np.float64], eye: npt.NDArray[np.float64], light: Light
    ) -> npt.NDArray[np.uint8]:
        """Picture (height, width, 4): colours 0..255, covered ones premultiplied, and coverage."""
        self._render(layers, to_clip, eye, light)
        width, height = self._drawn_px
        raw = np.frombuffer(self._target.read(components=4), np.uint8).reshape(height, width, 4)
        return cv2.resize(raw[::-1], self.size_px, interpolation=cv2.INTER_AREA)

    def draw_part(
        self,
        layers: list[Layer],
        to_clip: npt.NDArray[np.float64],
        eye: npt.NDArray[np.float64],
        light: Light,
        part: tuple[int, int, int, int],
    ) -> npt.NDArray[np.uint8]:
        """As `draw`, but only a part (left, top, width, height; px) of a picture that is drawn as large as it is asked for."""
        assert self._drawn_px == self.size_px
        self._render(layers, to_clip, eye, light)
        left, top, width, height = part
        viewport = left, self._drawn_px[1] - top - height, width, height
        return np.frombuffer(self._target.read(viewport, 4), np.uint8).reshape(height, width, 4)[::-1]

    def _render(
        self, layers: list[Layer], to_clip: npt.NDArray[np.float64], eye: npt.NDArray[np.float64], light: Light
    ) -> None:
        self._context.enable(moderngl.DEPTH_TEST)
        self._grains.use(0)
        self._photo.use(1)
        fixed = {"eye": eye, "sun": light.sun, "sun_colour": light.sun_colour, "sky": light.sky, "ground": light.ground,
                 "patchy": light.patchy, "own_shadow": light.own_shadow}  # fmt: skip
        uploaded = [self._upload(layer) for layer in layers]
        if light.own_shadow:  # what the sun sees is lit
            to_sun = sunwards(layers, light.sun)
            fixed["to_sun"] = to_sun
            self._draw_into(self._from_sun, layers, uploaded, to_sun, fixed, None)
            self._shadows.use(2)
        self._draw_into(self._target, layers, uploaded, to_clip, fixed, light)
        for buffer in (buffer for buffers in uploaded for buffer in buffers):
            buffer.release()

    def _upload(self, layer: Layer) -> tuple[moderngl.Buffer, moderngl.Buffer]:
        data = np.concatenate([layer.at, layer.normal, layer.rest, layer.arm[:, None]], axis=1).astype("f4")
        return self._context.buffer(data.tobytes()), self._context.buffer(layer.faces.astype("i4").tobytes())

    def _program(self, layer: Layer, light: Light | None) -> moderngl.Program:
        """The shader for a layer in a light; None: for its depth alone."""
        hidden = min(len(layer.hidden_by), COVERS)
        key: tuple[object, ...] = (hidden,)
        if light:
            key = hidden, layer.look["pattern"], light.model, light.patchy > 0, light.own_shadow > 0
        if key not in self._programs:
            _, pattern, model, patchy, own_shadow = key if light else (hidden, 0, 0, False, False)
            words = {"[COVERS]": f"[{COVERS}]", "PATTERN": pattern, "MODEL": model, "HIDDEN": hidden, "PATCHY": patchy,
                     "OWN_SHADOW": own_shadow, "DEPTH_ALONE": light is None}  # fmt: skip
            fragment = FRAGMENT
            for word, value in words.items():
                fragment = fragment.replace(word, str(value).lower() if isinstance(value, bool) else str(value))
            program = self._context.program(
                vertex_shader=VERTEX.replace("CLEAR", str(CLEAR_M)), fragment_shader=fragment
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
        to_clip: npt.NDArray[np.float64],
        fixed: dict[str, object],
        light: Light | None,
    ) -> None:
        target.use()
        target.clear(0, 0, 0, 0)
        for layer, (buffer, index) in zip(layers, uploaded, strict=True):
            program = self._program(layer, light)
            self._dress(program, layer, fixed | {"to_clip": to_clip})
            content = [(buffer, "3f 3f 3f 1f", "at", "normal", "rest", "arm")]
            array = self._context.vertex_array(program, content, index, skip_errors=True)
            array.render()
            array.release()

    def _dress(self, program: moderngl.Program, layer: Layer, fixed: dict[str, object]) -> None:
        """Give the shader the look of a layer."""
        over = layer.hidden_by[-COVERS:]
        blank = [(0.0, 0.0, 0.0, 0.0)] * (COVERS - len(over))
        covers = {
            "covers": [(c.lowest, c.highest, c.widest, c.tilt) for c in over] + blank,
            "sleeves": [float(c.sleeves) for c in over] + [0.0] * (COVERS - len(over)),
            "uneven": [c.uneven for c in over] + [0.0] * (COVERS - len(over)),
        }
        for name, value in (fixed | layer.look | covers).items():
            if name in ("to_clip", "to_sun") and name in program:
                program[name].write(_packed(np.asarray(value, np.float64)))
            elif name in program:
                program[name] = np.asarray(value).tolist()


def _packed(matrix: npt.NDArray[np.float64]) -> bytes:
    return np.ascontiguousarray(matrix.T, np.float32).tobytes()


def sunwards(layers: list[Layer], sun: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """World to clip (4, 4) of the sun, who sees all of the layers, without perspective."""
    at = np.concatenate([layer.at for layer in layers]).astype(np.float64)
    middle = (at.min(axis=0) + at.max(axis=0)) / 2
    reach = float(np.linalg.norm(at - middle, axis=1).max()) + CLEAR_M
    across = np.cross(sun, (0.31, 0.95, 0.07))
    across /= np.linalg.norm(across)
    axes = np.array([across, np.cross(sun, across), -np.asarray(sun, np.float64)]) / reach
    out = np.eye(4)
    out[:3, :3], out[:3, 3] = axes, -axes @ middle
    return out


def normals(at: npt.NDArray[np.float32], faces: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """Smooth normals of a mesh (n, 3)."""
    a, b, c = at[faces[:, 0]], at[faces[:, 1]], at[faces[:, 2]]
    across = np.cross(b - a, c - a)
    out = np.zeros_like(at)
    for axis in range(3):
        out[:, axis] = np.bincount(faces.ravel(), np.repeat(across[:, axis], 3), len(at))
    return (out / (np.linalg.norm(out, axis=1, keepdims=True) + 1e-12)).astype(np.float32)
