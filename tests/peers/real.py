"""How far the frontal network's knees and ankles lie from BlazePose's on a video of a real person.

    python -m tests.peers.real VIDEO [OVERLAYS]

Neither is the truth, but BlazePose was trained on real people and the frontal network on rendered ones: where they agree, the legs
of real people are seen. Frames in which the person is seen upright from behind or in front count; some of them are written to
OVERLAYS, to be looked at: every fifteenth, and beside BlazePose's all in which the two disagree whose leg is whose.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import config, overlay
from runform_live.body import is_frontal, middle
from runform_live.capture.video import Video
from runform_live.messages import INDEX, Frame, Picture
from runform_live.pose.open import open_estimator

LEGS = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("knee", "ankle")]
SHOULDERS = [INDEX["left_shoulder"], INDEX["right_shoulder"]]
SHOULDERS_TO_ANKLES = 0.78  # of the body's height (Drillis and Contini 1966, in Winter)
OVERLAY_EVERY, OVERLAY_PX = 15, (360, 480)


def drawn(picture: Picture, landmarks: npt.NDArray[np.float64]) -> Picture:
    """The person, small, with the landmarks on it."""
    small, scale, left_px = overlay.upright_copy(picture, *OVERLAY_PX, float(middle(landmarks, "hip")[0]))
    overlay.draw(small, landmarks - (left_px, 0, 0), scale)
    return small


def main() -> None:
    video = sys.argv[1]
    settings = config.load().pose
    ours = open_estimator(settings)
    theirs = open_estimator(msgspec.structs.replace(settings, network="blazepose-full"))
    frames, off, disagreed, pictures = 0, [], 0, []
    for time_s, picture in Video(video):
        frames += 1
        frame = Frame.of(picture, frames, time_s)
        (seen_a, a), (seen_b, b) = ours.see(picture, frame), theirs.see(picture, frame)
        if not (seen_a.found and seen_b.found and seen_a.instrument.reports_sigma):  # else BlazePose itself was taken
            continue
        if not is_frontal(b):
            continue
        high_px = float(np.linalg.norm(middle(b, "ankle") - middle(b, "shoulder"))) / SHOULDERS_TO_ANKLES
        seen, peer = a[LEGS, :2], b[LEGS, :2]
        # Left and right are the picture's for the one, the runner's own for the other.
        if (a[SHOULDERS[0], 0] < a[SHOULDERS[1], 0]) != (b[SHOULDERS[0], 0] < b[SHOULDERS[1], 0]):
            peer = peer[[2, 3, 0, 1]]
        straight, crossed = (np.linalg.norm(seen - other, axis=1) for other in (peer, peer[[2, 3, 0, 1]]))
        off.append(100 * straight / high_px)
        disagree = bool(straight.sum() > crossed.sum())
        disagreed += disagree
        if disagree or len(off) % OVERLAY_EVERY == 1:
            pictures.append(np.hstack([drawn(picture, who) for who in ((a, b) if disagree else (a,))]))
    if not off:
        sys.exit(f"{video}: nobody is seen from behind or in front in any of {frames} frames")
    errors = np.array(off)
    print(f"{video}: {len(off)} of {frames} frames seen from behind or in front")
    for name, columns in (("knees", [0, 2]), ("ankles", [1, 3])):
        here = errors[:, columns]
        print(f"  {name}: median {np.median(here):.1f}%, 95% within {np.percentile(here, 95):.1f}% of body height")
    print(f"  the two disagree whose leg is whose: {disagreed} frames")
    if len(sys.argv) > 2:
        folder = Path(sys.argv[2])
        folder.mkdir(parents=True, exist_ok=True)
        for number, small in enumerate(pictures):
            cv2.imwrite(str(folder / f"{number:03d}.png"), small)


if __name__ == "__main__":
    main()
