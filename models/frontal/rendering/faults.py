"""What a webcam or phone makes of a picture: exposure, blur, noise, white balance, compression."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Faults:
    """How a camera spoils its pictures: all of them alike, except for the noise."""

    exposure: float  # mean brightness (0..1) that it aims at; 0: it does not adjust
    source: float  # resolution of a coarse source that was enlarged, as a share of the picture's; 1: it was not
    smear: npt.NDArray[np.float32] | None  # kernel (k, k) of motion while the shutter was open
    blur_px: float
    gain: npt.NDArray[np.float32]  # (3,) brightness and white balance
    gamma: float
    haze: tuple[float, float]  # factor of the contrast, and light added
    noise: float
    coarse: bool  # whether the grain is larger than a pixel
    codec: str  # "h264", "jpeg" or ""
    quality: int  # of JPEG (0..100), or x264's constant rate factor

    def spoil(self, picture: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
        """The picture (height, width, 3; BGR, 0 is black) as this camera sends it."""
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
        noisy = picture + grain * self.noise * (0.4 + np.sqrt(np.clip(picture, 0, 1)))
        out = np.clip(noisy * 255, 0, 255).astype(np.uint8)
        if self.codec == "h264":
            return h264(out, self.quality)
        if self.codec == "jpeg":
            _, packed = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
            return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
        return out


def draw_faults(rng: np.random.Generator) -> Faults:
    """The faults of some webcam or phone."""
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
    """The kernel (k, k) of a picture that moved while the shutter was open."""
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
