"""How a network sees the pelvis of a real man turn, against reflective markers on his pelvis.

    python -m tests.peers.captured [NETWORK [OVERLAYS]]

The demo of the package pose2sim (BSD-3-Clause, fetched from the registry) shows a man in tight shorts who walks and balances on one leg
before four calibrated cameras, two in front and two behind, for 100 frames. He wears markers on both anterior superior iliac spines. Where
both are comes from the two cameras in front; the line through his hip joint centres is parallel to theirs, and its place follows from
their distance (Bell et al. 1990, J Biomech). That line is projected into every camera and compared with the network's. Pictures are
turned upright first, as a tripod holds a camera. Frames count in which the pelvis is turned from the camera and tilted no further than a
treadmill runner's before a camera at the edge of what the product is made for.
"""

from __future__ import annotations

import sys
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import config
from runform_live.capture.video import Video
from runform_live.messages import INDEX, WHOLE_TURN, Frame, Picture
from runform_live.pose import cards
from runform_live.pose.open import open_estimator
from runform_live.pose.settings import PoseSettings
from tests.packages import fetched
from tests.peers.sheet import drawn

PACKAGE, DEMO = "pose2sim==0.10.49", "Pose2Sim/Demo_SinglePerson"
FRONTS = (0, 1)  # cameras; the other two are behind him
OFF_AXIS_DEG = 30.0  # 20 of the camera, 10 of the pelvis in its own axial rotation
OBLIQUITY_DEG = 18.0  # of the pelvis against the floor; he reaches 29
# Of the distance between the spines: hip joint centres lie so far inwards, back and down (Bell et al. 1990).
INWARDS, BACK, DOWN = 0.14, 0.22, 0.30
SMALL_PX, WIDE_PX = 1.6, 4.0  # a marker is a white spot of this size on darker surroundings
SEARCH_PX, LEAST = 6, 6.0  # about where it would be, and how much brighter it has to be
OVERLAY_EVERY = 20

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sight:
    """A marker in one camera from one frame to another, and where it is in the first of these (by eye)."""

    camera: int
    marker: str
    first: int
    last: int
    at_px: tuple[float, float]


SIGHTS = (
    Sight(0, "right", 0, 99, (385.0, 706.4)),
    Sight(0, "left", 0, 54, (487.0, 711.0)),  # then it is before a striped bag, then behind him
    Sight(0, "left", 99, 92, (707.5, 846.3)),
    Sight(1, "right", 0, 19, (530.2, 725.4)),  # then behind his raised leg
    Sight(1, "right", 32, 99, (467.1, 719.6)),
    Sight(1, "left", 0, 99, (625.3, 725.4)),
)


class Camera:
    """A calibrated camera; world: metres, z up."""

    def __init__(self, said: ET.Element) -> None:
        place, lens = (
            {name: float(value) for name, value in said.find(part).attrib.items()}
            for part in ("transform", "intrinsic")
        )
        # Qualisys looks along -z with y up, OpenCV along z with y down; its pixels are counted in 64ths.
        rows = np.array([[place[f"r{row}{column}"] for column in (1, 2, 3)] for row in (1, 2, 3)])
        self.turn, self.eye = np.diag([1.0, -1.0, -1.0]) @ rows, np.array([place[axis] for axis in "xyz"]) / 1000
        u, v, focal_u, focal_v = (
            lens[name] / 64 for name in ("centerPointU", "centerPointV", "focalLengthU", "focalLengthV")
        )
        self.matrix = np.array([[focal_u, 0, u], [0, focal_v, v], [0, 0, 1]])
        bends = ("radialDistortion1", "radialDistortion2", "tangentalDistortion1", "tangentalDistortion2")
        self.distortion = np.array([lens[name] / 64 for name in bends])

    def project(self, points: Points) -> Points:
        seen = (points - self.eye) @ self.turn.T
        return np.asarray(cv2.projectPoints(seen, np.zeros(3), np.zeros(3), self.matrix, self.distortion)[0][:, 0])

    def ray(self, at_px: Points) -> Points:
        """The direction from the eye to what is seen there."""
        x, y = cv2.undistortPoints(at_px.reshape(1, 1, 2), self.matrix, self.distortion)[0, 0]
        along = self.turn.T @ np.array([x, y, 1.0])
        return along / np.linalg.norm(along)

    def roll_deg(self, about: Points) -> float:
        """By how much the upright leans to the right in the picture."""
        foot, head = self.project(np.array([about, about + [0, 0, 0.2]]))
        return float(np.degrees(np.arctan2(head[0] - foot[0], foot[1] - head[1])))


def followed(pictures: list[Picture], sight: Sight) -> Points:
    """A marker's place in each frame (frames, 2; px); NaN where it is not seen."""
    out = np.full((len(pictures), 2), np.nan)
    at, moves = np.array(sight.at_px), np.zeros(2)
    step = 1 if sight.last >= sight.first else -1
    for frame in range(sight.first, sight.last + step, step):
        white = pictures[frame].min(axis=2).astype(np.float32)
        spots = cv2.GaussianBlur(white, (0, 0), SMALL_PX) - cv2.GaussianBlur(white, (0, 0), WIDE_PX)
        left, top = np.round(at + moves).astype(int) - SEARCH_PX
        window = spots[top : top + 2 * SEARCH_PX + 1, left : left + 2 * SEARCH_PX + 1]
        rows, columns = np.mgrid[: window.shape[0], : window.shape[1]]
        off = np.hypot(columns + left - at[0] - moves[0], rows + top - at[1] - moves[1])
        row, column = np.unravel_index(np.argmax(window - 0.35 * off), window.shape)
        if window[row, column] < LEAST:
            at, moves = at + moves, 0.8 * moves
            continue
        x, y = column + left, row + top
        near = spots[y - 1 : y + 2, x - 1 : x + 2]
        within = [
            (after - before) / (2 * (2 * near[1, 1] - before - after)) for before, after in (near[1, ::2], near[::2, 1])
        ]
        found = np.array([x, y]) + np.clip(within, -0.5, 0.5)
        moves = found - at if frame == sight.first + step else 0.5 * moves + 0.5 * (found - at) * (frame != sight.first)
        at = out[frame] = found
    return out


def crossing(cameras: tuple[Camera, Camera], at_px: tuple[Points, Points]) -> Points:
    """The point nearest to the rays of both cameras."""
    across = [np.eye(3) - np.outer(ray, ray) for ray in (c.ray(at) for c, at in zip(cameras, at_px, strict=True))]
    eyes = np.concatenate([plane @ camera.eye for plane, camera in zip(across, cameras, strict=True)])
    return np.linalg.lstsq(np.vstack(across), eyes, rcond=None)[0]


def on_ray(camera: Camera, at_px: Points, other: Points, apart: float, near: Points) -> Points:
    """The point of a camera's ray that is so far apart from another one; of the two of them the one near to a third point."""
    ray, off = camera.ray(at_px), camera.eye - other
    along = float(ray @ off)
    root = max(along * along - float(off @ off) + apart * apart, 0.0) ** 0.5
    return min(
        (camera.eye + (sign * root - along) * ray for sign in (1, -1)), key=lambda p: float(np.linalg.norm(p - near))
    )


def spines(cameras: list[Camera], films: list[list[Picture]]) -> dict[str, Points]:
    """Both markers in each frame (frames, 3; m): by both cameras in front, or by one of them and their distance."""
    seen = {(camera, marker): np.full((len(films[0]), 2), np.nan) for camera in FRONTS for marker in ("left", "right")}
    for sight in SIGHTS:
        track = followed(films[sight.camera], sight)
        seen[sight.camera, sight.marker] = np.where(np.isnan(track), seen[sight.camera, sight.marker], track)
    front = cameras[FRONTS[0]], cameras[FRONTS[1]]
    out = {}
    for marker in ("left", "right"):
        pairs = zip(*(seen[camera, marker] for camera in FRONTS), strict=True)
        out[marker] = np.array(
            [crossing(front, pair) if np.isfinite(pair).all() else np.full(3, np.nan) for pair in pairs]
        )
    between = np.linalg.norm(out["left"] - out["right"], axis=1)
    apart = float(np.nanmedian(between))
    print(f"markers {100 * apart:.1f} cm apart, SD {1000 * np.nanstd(between):.1f} mm where both cameras see both")
    for frame in range(1, len(films[0])):
        for marker, other in (("left", "right"), ("right", "left")):
            if np.isfinite(out[other][frame]).all() and not np.isfinite(out[marker][frame]).all():
                camera = next(c for c in FRONTS if np.isfinite(seen[c, marker][frame]).all())
                near = out[marker][frame - 1] + out[other][frame] - out[other][frame - 1]
                out[marker][frame] = on_ray(
                    cameras[camera], seen[camera, marker][frame], out[other][frame], apart, near
                )
    return out


def hip_line(marks: dict[str, Points], ahead: Points) -> tuple[Points, Points, Points]:
    """Left and right hip joint centres (frames, 3; m) and where he faces; ahead: a point before him."""
    across = marks["left"] - marks["right"]
    apart = np.linalg.norm(across, axis=1, keepdims=True)
    across = across / apart
    middle = (marks["left"] + marks["right"]) / 2
    forward = np.cross(across, [0.0, 0.0, 1.0])
    forward /= np.linalg.norm(forward, axis=1, keepdims=True)
    forward *= np.sign(((ahead - middle) * forward).sum(axis=1).mean())
    up = np.cross(forward, across)
    up *= np.sign(up[:, 2:])
    centre = middle - apart * (BACK * forward + DOWN * up)
    half = (0.5 - INWARDS) * apart * across
    return centre + half, centre - half, forward


def tilt_deg(ends: tuple[Points, Points]) -> Points:
    """Tilt of a line in the picture (frames, 2: px each end), clockwise positive, whichever end is which."""
    across = ends[1] - ends[0]
    across = across * np.where(across[:, :1] < 0, -1, 1)
    return np.degrees(np.arctan2(across[:, 1], across[:, 0]))


def demo_in(folder: Path) -> Path:
    """The demo's calibration and films, fetched."""
    with fetched(PACKAGE, folder) as wheel:
        wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith(DEMO)])
    return folder / DEMO


def network_hips(
    film: list[tuple[float, Picture]],
    upright: Points,
    settings: PoseSettings,
    turn_share: tuple[float, float],
    name: str,
) -> Points:
    """Both ends of the hips' line in each frame (its time in s, the picture) turned upright (frames, 2, 2; px); NaN where the network was not followed.

    name: of overlays, "" for none.
    """
    estimator, found = open_estimator(settings), np.full((len(film), 2, 2), np.nan)
    for frame, (time_s, picture) in enumerate(film):
        turned = cv2.warpAffine(picture, upright, picture.shape[1::-1])
        pose, landmarks = estimator.see(turned, Frame.of(turned, frame, time_s))
        if pose.found and pose.instrument.turn_share == turn_share:  # else the finder itself was taken
            found[frame] = landmarks[[INDEX["left_hip"], INDEX["right_hip"]], :2]
            if name and frame % OVERLAY_EVERY == 0:
                cv2.imwrite(f"{name}-{frame:03d}.png", drawn(turned, landmarks))
    return found


def main() -> None:
    settings = config.load().pose
    if len(sys.argv) > 1:
        settings = msgspec.structs.replace(settings, network=sys.argv[1])
    figures = cards.find(settings.network, "landmarks").network.figures
    turn_share = figures.turn_share if figures else WHOLE_TURN
    overlays = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if overlays:
        overlays.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        demo = demo_in(Path(scratch))
        cameras = [Camera(said) for said in ET.parse(demo / "calibration" / "Calib.qca.txt").getroot().iter("camera")]
        films = [list(Video(str(path))) for path in sorted((demo / "videos").glob("*.mp4"))]
    pictures = [[picture for _, picture in film] for film in films]
    left, right, forward = hip_line(spines(cameras, pictures), cameras[FRONTS[1]].eye)
    centre = (left + right) / 2
    across = left - right
    obliquity_deg = np.degrees(np.arctan2(across[:, 2], np.linalg.norm(across[:, :2], axis=1)))
    for number, (camera, film) in enumerate(zip(cameras, films, strict=True)):
        before = number in FRONTS
        roll_deg = camera.roll_deg(centre.mean(axis=0))
        height, width = film[0][1].shape[:2]
        upright = cv2.getRotationMatrix2D((width / 2, height / 2), roll_deg, 1.0)
        true = tilt_deg((camera.project(left), camera.project(right))) - roll_deg
        look = (camera.eye - centre) * (1 if before else -1)
        aside = np.degrees(
            np.arctan2(
                look[:, 0] * forward[:, 1] - look[:, 1] * forward[:, 0], (look[:, :2] * forward[:, :2]).sum(axis=1)
            )
        )
        overlay_name = str(overlays / f"camera{number + 1}") if overlays else ""
        found = network_hips(film, upright, settings, turn_share, overlay_name)
        seen = tilt_deg((found[:, 0], found[:, 1]))
        counts = np.isfinite(seen) & (np.abs(aside) < OFF_AXIS_DEG) & (np.abs(obliquity_deg) < OBLIQUITY_DEG)
        title = f"camera {number + 1}, from {'in front' if before else 'behind'}"
        if counts.sum() < 20:
            print(f"{title}: he is turned too far from it ({counts.sum()} frames)")
            continue
        share, level = np.polyfit(true[counts], seen[counts], 1)
        left_over = seen[counts] - share * true[counts] - level
        print(
            f"{title}: {counts.sum()} frames, true tilt {true[counts].min():.0f} to {true[counts].max():.0f} deg; the network shows "
            f"{share:.2f} of it ({share / turn_share[before]:.2f} with its card's share put back), r {np.corrcoef(true[counts], seen[counts])[0, 1]:.2f}, "
            f"SD about that line {left_over.std() / turn_share[before]:.1f} deg"
        )


if __name__ == "__main__":
    main()
