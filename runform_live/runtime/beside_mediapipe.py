"""How fast MediaPipe Pose goes through a video: its full network, its own defaults. Runs in an environment of its own.

    PYTHON beside_mediapipe.py VIDEO

prints its version, how many frames it took, and the seconds for them. The first frame, which loads and searches, is left out.
"""

from __future__ import annotations

import sys
import time

import cv2
import mediapipe  # type: ignore[import-not-found,unused-ignore]  # only where this script runs


def main() -> None:
    film = cv2.VideoCapture(sys.argv[1])
    frames, began = 0, 0.0
    with mediapipe.solutions.pose.Pose(model_complexity=1) as pose:
        while True:
            good, picture = film.read()
            if not good:
                break
            pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            frames += 1
            if frames == 1:
                began = time.perf_counter()
    print(mediapipe.__version__, frames - 1, time.perf_counter() - began)


if __name__ == "__main__":
    main()
