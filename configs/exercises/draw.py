"""Draw the exercises of exercises.toml into NAME.svg beside this file.

    python configs/exercises/draw.py

Each drawing shows a start and an end: standing, side by side; lying, the start of the leg as a light shape. The working leg is
blue and the darkest of the person also in grey print. An arrow shows the movement, a dashed line what to watch. The
drawings belong to the project (Apache-2.0).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mannequin import (
    ANKLE_HEIGHT,
    EDGE,
    FLOOR,
    SHANK,
    STANDING_HIPS,
    THIGH,
    Arm,
    Body,
    Camera,
    Leg,
    Vector,
    mark,
    turned,
    vector,
)

FOLDER = Path(__file__).resolve().parent
WIDTH, HEIGHT = 320, 200
STANDING, LYING = 152.0, 232.0  # one body height, in units of the picture
GROUND = 180.0
STEP = 0.11  # about 19 cm
LEFT, RIGHT = 1, -1
STRAIGHT = THIGH + SHANK
UP, DOWN, AHEAD = vector(0, 1), vector(0, -1), vector(0, 0, 1)
ASIDE = vector(1, 0)

FROM_THE_FRONT = ("arm_r", "leg_r", "leg_l", "pelvis", "chest", "hair", "face", "arm_l")
THIGH_IN_FRONT = ("arm_r", "leg_r", "pelvis", "leg_l", "chest", "hair", "face", "arm_l")
FROM_THE_SIDE = ("arm_l", "leg_l", "leg_r", "pelvis", "chest", "hair", "face", "arm_r")
ON_THE_SIDE = ("arm_r", "leg_r", "leg_l", "pelvis", "chest", "hair", "face", "arm_l")


def floor(y: float, height: float) -> str:
    """The floor, or the mat, from `y` down."""
    return f'<rect x="4" y="{y:g}" width="312" height="{height:g}" rx="5" fill="{FLOOR}" stroke="{EDGE}"/>'


def pair(start_x: float, end_x: float, yaw_deg: float = 0.0) -> tuple[Camera, Camera]:
    """The cameras of start and end, side by side."""
    return Camera(start_x, GROUND, STANDING, yaw_deg, 6.0), Camera(end_x, GROUND, STANDING, yaw_deg, 6.0)


def facing(hips: Vector, leg_l: Leg, leg_r: Leg, facing_deg: float = 0.0, lean_deg: float = 0.0) -> Body:
    """A person who stands; turned by `facing_deg` (0: to the viewer, 90: to the right), leaning forward by `lean_deg`."""
    pelvis = turned(0, facing_deg) @ turned(lean_deg)
    none = Arm(hips + DOWN, AHEAD)
    return Body(hips, pelvis, pelvis, pelvis, leg_l, leg_r, none, none)


def hands_on_hips(body: Body) -> Body:
    def arm(side: int) -> Arm:
        wrist = body.hips + body.pelvis @ vector(side * 0.125, 0.095, 0.035)
        return Arm(wrist, body.chest @ vector(side, -0.1, -0.35), body.pelvis @ vector(-side, -0.35, 0.6))

    return replace(body, arm_l=arm(LEFT), arm_r=arm(RIGHT))


def hanging_arms(body: Body, ahead_deg: float = 4.0) -> Body:
    def arm(side: int) -> Arm:
        down = turned(0, 90) @ turned(-ahead_deg) @ vector(side * 0.1, -1, 0)
        return Arm(body.shoulder(side) + down * 0.315, turned(0, 90) @ vector(side * 0.2, 0, -1))

    return replace(body, arm_l=arm(LEFT), arm_r=arm(RIGHT))


def stand_on(x: float, y: float = 0.0, z: float = 0.0, facing_deg: float = 20.0, knee: Vector | None = None) -> Leg:
    """A leg whose foot stands flat at (x, z) on something `y` high; toes and knee point to `facing_deg`."""
    toes = turned(0, facing_deg) @ AHEAD
    return Leg(vector(x, y + ANKLE_HEIGHT, z), toes if knee is None else knee, toes)


def belt(camera: Camera, body: Body) -> list[str]:
    """The line of the belt, to be held level."""
    x, y = camera.point(body.hips + body.pelvis @ vector(0, 0.03, 0.06))
    return mark((x - 30, y), (x + 30, y))


def plumb(camera: Camera, body: Body, side: int) -> list[str]:
    """From the knee straight down to the foot that it is held over."""
    knee = body.knee(side)
    return camera.mark(knee, vector(knee[0], ANKLE_HEIGHT / 2, knee[2]), dots=True)


def upright(camera: Camera, x: float, begin_y: float, end_y: float) -> list[str]:
    """An arrow up or down beside the person, curved outward."""
    out = 0.05 if x > 0 else -0.05
    return camera.arrow([vector(x, begin_y), vector(x + out, (begin_y + end_y) / 2), vector(x, end_y)])


def lying(working: Leg, under: Leg, roll_deg: float) -> Body:
    """A person on the right side, head to the left of the picture, rolled forward by `roll_deg`."""
    hips = vector(0, 0.128)
    turn = turned(roll_deg) @ turned(0, 0, 90)
    body = Body(hips, turn, turn, turn, working, under, Arm(hips, UP), Arm(hips, UP))
    below, above = body.shoulder(RIGHT), body.shoulder(LEFT)
    return replace(
        body,
        arm_r=Arm(below + vector(-0.25, 0.03, 0.10), vector(-1, 0, -0.6), vector(-1, 0, 0.2)),
        arm_l=Arm(vector(above[0] + 0.06, 0.025, 0.26), vector(-0.6, 0.5, 0.6), vector(-0.6, -0.1, 1)),
    )


def leg_lift() -> list[str]:
    camera = Camera(174, 148, LYING, pitch_deg=16)
    roll_deg = 10
    still = lying(Leg(UP, UP, UP), Leg(UP, UP, UP), roll_deg)
    hip_l, hip_r = still.hip(LEFT), still.hip(RIGHT)
    under = Leg(hip_r + vector(0.36, -0.02, 0.0), vector(0.3, 0, 1), vector(0.5, 0, 1))

    def at(lift_deg: float) -> Body:
        up = turned(0, 0, lift_deg)
        return lying(Leg(hip_l + up @ vector(STRAIGHT, 0, -0.015), AHEAD, up @ vector(0.3, 0, 1)), under, roll_deg)

    start, end = at(-2), at(26)
    arc = [hip_l + turned(0, 0, angle) @ vector(STRAIGHT + 0.09, 0) for angle in (4, 14, 24)]
    return [floor(136, 46), *camera.person(end, "leg_l", ON_THE_SIDE, start), *camera.arrow(arc)]


def clam() -> list[str]:
    camera = Camera(190, 146, LYING, pitch_deg=20)
    roll_deg = 6
    still = lying(Leg(UP, UP, UP), Leg(UP, UP, UP), roll_deg)

    def leg(side: int, y: float, knee: Vector) -> Leg:
        return Leg(vector(still.hip(side)[0] + 0.31, y, -0.02), knee, vector(0.8, 0, 1))

    under = leg(RIGHT, 0.04, AHEAD)
    start = lying(leg(LEFT, 0.12, vector(0, 0.15, 1)), under, roll_deg)
    end = lying(leg(LEFT, 0.12, vector(0, 1, 0.6)), under, roll_deg)
    over = [end.knee(LEFT) + vector(x, y) for x, y in ((0.15, -0.03), (0.12, 0.055), (0.02, 0.10))]
    return [floor(136, 46), *camera.person(end, "leg_l", THIGH_IN_FRONT, start), *camera.arrow(over)]


def one_leg_squat() -> list[str]:
    cameras = pair(84, 226, 26)

    def at(drop: float, back: float) -> Body:
        hips = vector(-0.035, STANDING_HIPS - drop, -back)
        free = Leg(vector(-0.10, 0.27 - drop * 0.6, -0.18 - back), vector(-0.1, 0, 1), vector(-0.1, -1, 0.3))
        return hands_on_hips(facing(hips, stand_on(0.0), free, lean_deg=drop * 140))

    start, end = at(0.004, 0.0), at(0.095, 0.11)
    return [
        floor(158, 36),
        *cameras[0].person(start, "leg_l", FROM_THE_FRONT),
        *cameras[1].person(end, "leg_l", THIGH_IN_FRONT),
        *belt(cameras[1], end),
        *plumb(cameras[1], end, LEFT),
        *upright(cameras[1], 0.3, 0.78, 0.54),
    ]


def side_step_up() -> list[str]:
    cameras = pair(80, 230, 24)
    on_step = stand_on(0.07, STEP, knee=vector(0.4, 0, 1))
    start = facing(vector(-0.07, STANDING_HIPS - 0.006, -0.01), on_step, stand_on(-0.14, facing_deg=-6))
    hanging = Leg(vector(-0.125, STEP + ANKLE_HEIGHT - 0.035, 0.02), AHEAD, vector(-0.1, -0.2, 1))
    end = facing(vector(0.035, STEP + STANDING_HIPS - 0.005, 0), on_step, hanging)
    return [
        floor(158, 36),
        *cameras[0].box(-0.01, 0.27, STEP, -0.13, 0.14),
        *cameras[0].person(hands_on_hips(start), "leg_l", THIGH_IN_FRONT),
        *cameras[1].box(-0.01, 0.27, STEP, -0.13, 0.14),
        *cameras[1].person(hands_on_hips(end), "leg_l", FROM_THE_FRONT),
        *belt(cameras[1], end),
        *upright(cameras[1], 0.4, 0.62, 0.88),
    ]


def crossover_step_up() -> list[str]:
    cameras = pair(108, 262, -20)
    on_step = stand_on(-0.2, STEP, 0.05, 0)
    start = facing(
        vector(-0.05, STANDING_HIPS - 0.012, 0.0),
        replace(on_step, knee=vector(-0.45, 0, 1)),
        stand_on(-0.02, 0, -0.07, -4),
    )
    hanging = Leg(vector(-0.31, STEP + 0.17, 0.15), vector(-0.1, 0.4, 1), vector(-0.2, -0.25, 1))
    end = facing(vector(-0.235, STEP + STANDING_HIPS - 0.005, 0.05), on_step, hanging)
    return [
        floor(158, 36),
        *cameras[0].box(-0.38, -0.1, STEP, -0.1, 0.19),
        *cameras[0].person(hands_on_hips(start), "leg_l", THIGH_IN_FRONT),
        *cameras[1].box(-0.38, -0.1, STEP, -0.1, 0.19),
        *cameras[1].person(hands_on_hips(end), "leg_l", FROM_THE_FRONT),
        *belt(cameras[1], end),
        *upright(cameras[1], 0.14, 0.62, 0.88),
    ]


def one_leg_deadlift() -> list[str]:
    cameras = pair(50, 212)
    foot = stand_on(0, 0, 0.03, 90)
    free = Leg(vector(-0.05, ANKLE_HEIGHT + 0.05, -0.05), ASIDE, vector(1, -0.25))
    start = hanging_arms(facing(vector(-0.005, STANDING_HIPS - 0.004), free, foot, 90))
    hips, along = vector(-0.07, STANDING_HIPS - 0.018), turned(0, 0, 10) @ ASIDE
    bowed = facing(hips, free, foot, 90, lean_deg=80)
    straight = Leg(bowed.hip(LEFT) - along * STRAIGHT, DOWN + ASIDE * 0.1, vector(-0.45, -1))
    end = hanging_arms(replace(bowed, leg_l=straight))
    arc = [hips + turned(0, 0, angle) @ vector(0.56, 0) for angle in (72, 52, 30)]
    return [
        floor(166, 28),
        *cameras[0].person(start, "leg_r", FROM_THE_SIDE),
        *cameras[1].person(end, "leg_r", FROM_THE_SIDE),
        *cameras[1].mark(hips + along * -0.5 + vector(0, 0.1), hips + along * 0.28 + vector(0, 0.1)),
        *cameras[1].arrow(arc),
    ]


def lunge() -> list[str]:
    cameras = pair(50, 212)
    start = hanging_arms(
        facing(vector(0, STANDING_HIPS - 0.003), stand_on(0, 0, -0.05, 90), stand_on(0, 0, 0.05, 90), 90)
    )
    hips = vector(0, 0.325)
    front = stand_on(0.25, 0, 0.05, 90)
    behind = Leg(vector(-0.26, 0.11, -0.05), vector(0.3, -1), vector(0.45, -1))
    end = hanging_arms(facing(hips, behind, front, 90))
    stride = [vector(x, y, 0.1) for x, y in ((0.15, 0.07), (0.3, 0.17), (0.45, 0.07))]
    return [
        floor(166, 28),
        *cameras[0].person(start, "leg_r", FROM_THE_SIDE),
        *cameras[0].arrow(stride),
        *cameras[1].person(end, "leg_r", FROM_THE_SIDE),
        *plumb(cameras[1], end, RIGHT),
        *upright(cameras[1], -0.2, 0.78, 0.54),
    ]


DRAWINGS = {
    "leg_lift": leg_lift,
    "clam": clam,
    "one_leg_squat": one_leg_squat,
    "side_step_up": side_step_up,
    "crossover_step_up": crossover_step_up,
    "one_leg_deadlift": one_leg_deadlift,
    "lunge": lunge,
}


def document(parts: list[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    return "\n".join([head, *parts, "</svg>"]) + "\n"


def drawings() -> dict[str, str]:
    """The text of each drawing by the exercise's name."""
    return {name: document(make()) for name, make in DRAWINGS.items()}


def main() -> None:
    for name, text in drawings().items():
        target = FOLDER / f"{name}.svg"
        target.write_text(text, encoding="utf-8", newline="\n")
        print(f"{target.name}: {len(text)} bytes")


if __name__ == "__main__":
    main()
