"""The shader: GLSL with words in capitals, which `Canvas` replaces by constants before it compiles.

It cuts a layer where its cuts and covers say, paints pattern and grain, and lights the surface. All cuts and patterns are placed on the
body at rest (`rest`), so that they move with the body.
"""

from __future__ import annotations

from collections.abc import Mapping

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


def with_constants(source: str, constants: Mapping[str, object]) -> str:
    """The source with each of these words replaced by its value."""
    for word, value in constants.items():
        source = source.replace(word, str(value).lower() if isinstance(value, bool) else str(value))
    return source
