"""MediaPipe Pose on one video, with its own pipeline: landmarks of every frame to a file. Runs in an environment of its own.

python look_mediapipe.py VIDEO OUT.npz
"""

from __future__ import annotations

import sys

import cv2
import mediapipe
import numpy as np


def main() -> None:
    video, out = sys.argv[1:]
    film = cv2.VideoCapture(video)
    rate_hz = film.get(cv2.CAP_PROP_FPS)
    points = []
    with mediapipe.solutions.pose.Pose(model_complexity=1, smooth_landmarks=False) as pose:
        while True:
            good, picture = film.read()
            if not good:
                break
            found = pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).pose_landmarks
            height, width = picture.shape[:2]
            points.append(
                np.full((33, 2), np.nan)
                if found is None
                else np.array([[mark.x * width, mark.y * height] for mark in found.landmark])
            )
    np.savez(out, points=np.stack(points), times_s=np.arange(len(points)) / rate_hz)


if __name__ == "__main__":
    main()
