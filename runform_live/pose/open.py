"""The core of the pose stage with the networks that the settings name."""

from __future__ import annotations

import cv2
import numpy as np

from runform_live.messages import Frame
from runform_live.pose import cards
from runform_live.pose.estimator import PoseEstimator
from runform_live.pose.find import PersonDetector
from runform_live.pose.follow import RunnerTracker
from runform_live.pose.look import LandmarkNetwork
from runform_live.pose.markers import MarkerFinder
from runform_live.pose.settings import PoseSettings

DETECTOR = "blazepose-detector"
GENERAL = "blazepose-full"  # confirms people where the chosen network cannot tell whether there is one


def open_estimator(settings: PoseSettings, warm: bool = False) -> PoseEstimator:
    """Load the networks; BadInput where a file is damaged or a name unknown. warm: each has run once, so that the first picture is not late.

    From then on OpenCV works in one thread in this process. Networks, decoder and the rest of a frame share the cores already, and OpenCV's own
    threads wait for each other by spinning, which took 2 to 4 ms of processor time a frame on two cores.
    """
    cv2.setNumThreads(1)
    detector = PersonDetector(cards.find(DETECTOR, "person"), settings.threads, settings.provider)
    chosen = LandmarkNetwork(cards.find(settings.network, "landmarks"), settings.threads, settings.provider)
    general = chosen
    if not chosen.sees_whether_anybody:
        general = LandmarkNetwork(cards.find(GENERAL, "landmarks"), settings.threads, settings.provider)
    estimator = PoseEstimator(RunnerTracker(detector, general, chosen), MarkerFinder() if settings.markers else None)
    if warm:
        for reader in (detector, general, chosen, chosen.detail):
            if reader is not None:
                reader.network.warm_up()
        _see_and_forget(estimator)
    return estimator


def _see_and_forget(estimator: PoseEstimator) -> None:
    """Let it see a picture without anybody, and forget that: what libraries do once at first would make the first frames late."""
    before = estimator.state()
    picture = np.random.default_rng(0).integers(0, 255, (720, 1280, 3), np.uint8)
    estimator.see(picture, Frame.of(picture, 0, 0.0))
    estimator.restore(before)
