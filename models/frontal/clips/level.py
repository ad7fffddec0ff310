"""How a turn of the pelvis is read: people that no network has seen, read by the networks, and by the networks with optical flow.

    python -m models.frontal.clips.level --people 150 --seed 7000

Each person has a camera of their own. They stand, then run two strides, in few frames. Printed are the share of a turn that the networks
read (`turn_share` in card.toml), how far they misread level in motion, the same with the flow beside them, and the share of a turn that the
flow sees (SEEN_SHARE in runform_live/pose/flow_level.py).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform_live.body import tilt_deg, unknown_landmarks
from runform_live.messages import INDEX
from runform_live.pose import cards
from runform_live.pose.flow_level import joined, sigma_deg
from runform_live.pose.look import LandmarkNetwork
from runform_live.pose.regions import shoulders_to_toes
from runform_live.pose.turn import PelvisTurn

from ..people.person import Person, draw_person, landmarks
from ..rendering.camera import Camera
from ..rendering.drawing import Canvas
from ..rendering.photos import photo
from .filming import Shot, frames
from .placing import HEIGHT, WIDTH, place_camera
from .running import Run

STAND_S, END_S = 2.5, 6.0
STANDING_S = (0.5, 1.5, 2.3)
RUNNING = 20  # frames, over two strides from the fourth stance on
# People whose sigma is larger do not count: under thick clothes the networks only guess, and guess too little
MOST_SIGMA_DEG = 5.0
GAINS = [0.01 * hundredths for hundredths in range(50, 101)]


@dataclass(frozen=True)
class Read:
    """The tilt of one person's pelvis in each running frame against standing (frames; deg)."""

    true: npt.NDArray[np.float64]
    network: npt.NDArray[np.float64]
    flow: npt.NDArray[np.float64]  # NaN where the flow sees nothing
    sigma_deg: float
    anterior: bool


def exact(person: Person, run: Run, camera: Camera, time_s: float) -> npt.NDArray[np.float64]:
    """The exact landmarks at a time (landmarks, 3: x_px, y_px, sigma_px)."""
    out = unknown_landmarks()
    for name, at in landmarks(person, run.pose(time_s)).items():
        if name in INDEX:
            out[INDEX[name]] = (*camera.project(at), 1.0)
    return out


def read(seed: tuple[int, int], canvas: Canvas, network: LandmarkNetwork) -> Read:
    """One person, drawn at random."""
    rng, anterior = np.random.default_rng(seed), seed[1] % 3 == 2
    person = draw_person(rng)
    run = Run(rng, person.body, STAND_S, END_S)
    canvas.set_photo(photo(rng, Canvas.PHOTO_PX))
    camera = place_camera(rng, float(person.body.joints["head"][1]) + 0.2, anterior).camera
    first_s = run.stances[3].initial_contact_s
    times_s = [*STANDING_S, *(first_s + 4 * run.step_s * k / RUNNING for k in range(RUNNING))]
    true, found, sigmas, flow, turn = [], [], [], [], PelvisTurn()
    pictures = frames(rng, canvas, Shot(run, person, camera, anterior), times_s)
    for time_s, picture in zip(times_s, pictures, strict=True):
        points = exact(person, run, camera, time_s)
        true.append(tilt_deg(points))
        seen = network.look(picture, shoulders_to_toes(points))
        points = seen.landmarks
        found.append(tilt_deg(points))
        sigmas.append(sigma_deg(points))
        if time_s == STANDING_S[-1]:
            turn.remember(picture, points)
        elif time_s > STAND_S:
            flow.append(turn.turn_deg(picture, points))
    still = len(STANDING_S)
    true_turn, network_turn = (np.array(x[still:]) - np.mean(x[:still]) for x in (true, found))
    return Read(true_turn, network_turn, np.array(flow), float(np.median(sigmas)), anterior)


def turn_share(people: list[Read]) -> float:
    """The share of a turn within a run that the network reads."""
    swings = [(r.true - r.true.mean(), r.network - r.network.mean()) for r in people]
    return sum(float(true @ read) for true, read in swings) / sum(float(true @ true) for true, _ in swings)


def level_error_deg(read: Read, gain: float) -> float:
    """Error of a person's mean tilt in motion, corrected by the flow. gain: the share of a turn that the flow is taken to see."""
    levels = (read.network - read.flow / gain)[np.isfinite(read.flow)]
    error = float(np.mean(read.network - read.true))
    looks = len(levels)
    if not looks:
        return error
    level = joined(looks, float(levels.sum()), float((levels**2).sum()), looks * read.sigma_deg**2)
    return error - level.weight * level.tilt_deg


def rms(errors: list[float]) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, default=150)
    arguments.add_argument("--seed", type=int, default=7000)
    chosen = arguments.parse_args()
    network = LandmarkNetwork(cards.find("frontal", "landmarks"), 1)
    canvas, all_read = Canvas(WIDTH, HEIGHT, finer=1.0), []
    for number in range(chosen.people):
        all_read.append(read((chosen.seed, number), canvas, network))
        if number % 10 == 9:
            print(f"{number + 1} of {chosen.people} people", flush=True)
    seen = [r for r in all_read if r.sigma_deg <= MOST_SIGMA_DEG]
    for words, anterior in (("behind", False), ("in front", True)):
        some = [r for r in seen if r.anterior == anterior]
        print(
            f"from {words} the network shows {turn_share(some):.2f} of a turn ({len(some)} people whose pelvis is seen)"
        )
    errors_deg = {gain: rms([level_error_deg(r, gain) for r in seen]) for gain in GAINS}
    best = min(errors_deg, key=lambda gain: errors_deg[gain])
    alone = rms([float(np.mean(r.network - r.true)) for r in seen])
    print(
        f"level in motion against standing, RMS: network {alone:.2f} deg; with the flow {errors_deg[best]:.2f} deg, for SEEN_SHARE {best:.2f}"
    )


if __name__ == "__main__":
    main()
