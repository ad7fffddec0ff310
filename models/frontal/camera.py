"""A webcam or phone: where it stands, what it sees, and what it makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Camera:
    """A pinhole: world to pixels."""

    turn: npt.NDArray[np.float64]  # (3, 3) world -> camera, z forward, y down
    eye: npt.NDArray[np.float64]
    focal_px: float
    centre_px: npt.NDArray[np.float64]

    def project(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        seen = (points - self.eye) @ self.turn.T
        return seen[..., :2] / seen[..., 2:] * self.focal_px + self.centre_px

    def to_clip(self, size_px: tuple[int, int]) -> npt.NDArray[np.float64]:
        """The matrix that a graphics card wants for a picture of this width and height."""
        near, far = 0.2, 30.0
        wide, high = 2.0 / size_px[0], 2.0 / size_px[1]
        camera = np.eye(4)
        camera[:3, :3] = self.turn
        camera[:3, 3] = -self.turn @ self.eye
        lens = np.array(
            [
                [wide * self.focal_px, 0, wide * self.centre_px[0] - 1, 0],
                [0, -high * self.focal_px, 1 - high * self.centre_px[1], 0],
                [0, 0, (far + near) / (far - near), -2 * far * near / (far - near)],
                [0, 0, 1, 0],
            ]
        )
        return lens @ camera


def looking_at(eye: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The turn (3, 3; world to camera) of a level camera at `eye` (3; m) whose middle is at `target`."""
    forward = target - eye
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, np.array([0.0, 1.0, 0.0]))
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(forward, right), forward])


def rolled(turn: npt.NDArray[np.float64], roll_deg: float) -> npt.NDArray[np.float64]:
    """The turn (3, 3) of a camera that is rolled about what it looks at."""
    cos, sin = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]) @ turn


def draw_camera(rng: np.random.Generator, middle: npt.NDArray[np.float64], anterior: bool) -> Camera:
    """A camera behind or in front that looks about at somebody's middle (3; m); of any focal length."""
    distance = float(np.exp(rng.uniform(np.log(1.6), np.log(6.0))))
    around = np.radians(rng.normal(0, 7) if rng.uniform() < 0.8 else rng.uniform(-20, 20))
    back = 1.0 if anterior else -1.0
    eye = np.array([np.sin(around) * distance, rng.uniform(0.4, 1.8), back * np.cos(around) * distance])
    level = looking_at(eye, middle + np.array([rng.normal(0, 0.1), rng.normal(0, 0.15), 0]))
    roll_deg = float(np.clip(rng.normal(0, 2.5), -7, 7) if rng.uniform() < 0.85 else rng.uniform(-8, 8))
    return Camera(rolled(level, roll_deg), eye, 1000.0, np.zeros(2))


@dataclass(frozen=True)
class Faults:
    """How a camera spoils its pictures, all of them alike but for the noise."""

    exposure: float  # mean brightness that it aims at; 0: it does not
    source: float  # resolution of a distant or coarse source, which was enlarged
    smear: npt.NDArray[np.float32] | None  # kernel
    blur_px: float
    gain: npt.NDArray[np.float32]  # (3,)
    gamma: float
    haze: tuple[float, float]  # what is left of the contrast, and light on top
    noise: float
    coarse: bool  # grain of more than a pixel
    codec: str  # "h264", "jpeg" or ""
    quality: int

    def spoil(self, picture: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
        """The picture (height, width, 3; BGR, from 0) as this camera sends it."""
        height, width = picture.shape[:2]
        if self.exposure:
            picture = picture * self.exposure / max(float(picture.mean()), 0.03)
        if self.source < 1:
            small = cv2.resize(
                picture, (int(width * self.source), int(height * self.source)), interpolation=cv2.INTER_AREA
            )
            picture = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
        if self.smear is not None:
            picture = cv2.filter2D(picture, -1, self.smear)
        if self.blur_px:
            picture = cv2.GaussianBlur(picture, (0, 0), self.blur_px)
        picture = np.clip(picture * self.gain, 0, 1) ** self.gamma
        picture = picture * self.haze[0] + self.haze[1]
        grain = rng.normal(0, 1, picture.shape).astype(np.float32)
        if self.coarse:
            grain = cv2.GaussianBlur(grain, (0, 0), 0.8) * 1.6
        picture = picture + grain * self.noise * (0.4 + np.sqrt(np.clip(picture, 0, 1)))
        out = np.clip(picture * 255, 0, 255).astype(np.uint8)
        if self.codec == "h264":
            return h264(out, self.quality)
        if self.codec == "jpeg":
            _, packed = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
            return cv2.imdecode(packed, cv2.IMREAD_COLOR)
        return out


def draw_faults(rng: np.random.Generator) -> Faults:
    """Resolution, blur, noise, gamma, white balance and compression of some webcam or phone."""
    kind = rng.uniform()
    codec = "h264" if kind < 0.12 else "jpeg" if kind < 0.8 else ""
    return Faults(
        exposure=float(rng.uniform(0.22, 0.55)) if rng.uniform() < 0.75 else 0.0,
        source=float(rng.uniform(0.4, 0.95)) if rng.uniform() < 0.45 else 1.0,
        smear=draw_smear(rng) if rng.uniform() < 0.15 else None,
        blur_px=float(rng.uniform(0.3, 1.6)) if rng.uniform() < 0.5 else 0.0,
        gain=(np.exp(rng.normal(0, 0.25)) * np.exp(rng.normal(0, 0.05, 3))).astype(np.float32),
        gamma=float(np.exp(rng.normal(0, 0.22))),
        haze=(float(rng.uniform(0.5, 1.0)), float(rng.uniform(0, 0.25))) if rng.uniform() < 0.3 else (1.0, 0.0),
        noise=float(abs(rng.normal(0, 0.025))),
        coarse=bool(rng.uniform() < 0.5),
        codec=codec,
        quality=int(rng.integers(24, 40)) if codec == "h264" else int(rng.integers(30, 96)),
    )


def draw_smear(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The kernel of a picture that moved while the shutter was open."""
    length = int(rng.integers(2, 8))
    line = np.zeros((length, length), np.float32)
    angle, c = rng.uniform(0, np.pi), (length - 1) / 2
    across, down = c * np.cos(angle), c * np.sin(angle)
    cv2.line(line, (round(c - across), round(c - down)), (round(c + across), round(c + down)), 1.0)
    return line / max(float(line.sum()), 1e-6)


def h264(picture: npt.NDArray[np.uint8], quality: int) -> npt.NDArray[np.uint8]:
    """The picture (height, width, 3; BGR) as a video camera would send it; `quality` is x264's constant rate factor."""
    frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = picture.shape[1], picture.shape[0], "yuv420p"
    encoder.time_base = Fraction(1, 30)
    encoder.options = {"preset": "veryfast", "tune": "zerolatency", "crf": str(quality)}
    packets = [*encoder.encode(frame.reformat(format="yuv420p")), *encoder.encode(None)]
    decoder = av.CodecContext.create("h264", "r")
    frames = [f for packet in [*packets, None] for f in decoder.decode(packet)]
    return np.ascontiguousarray(frames[0].to_ndarray(format="bgr24"))
