"""The core of the pose stage with the networks that the settings name."""

from __future__ import annotations

from runform_live.pose import cards
from runform_live.pose.estimator import PoseEstimator
from runform_live.pose.find import PersonDetector
from runform_live.pose.follow import RunnerTracker
from runform_live.pose.look import LandmarkNetwork
from runform_live.pose.markers import MarkerFinder
from runform_live.pose.settings import PoseSettings

DETECTOR = "blazepose-detector"
GENERAL = "blazepose-full"  # confirms people where the chosen network cannot tell whether there is one


def open_estimator(settings: PoseSettings) -> PoseEstimator:
    """Load the networks; BadInput where a file is damaged or a name unknown."""
    detector = PersonDetector(cards.find(DETECTOR, "person"), settings.threads)
    chosen = LandmarkNetwork(cards.find(settings.network, "landmarks"), settings.threads)
    markers = MarkerFinder() if settings.markers else None
    if chosen.sees_whether_anybody:
        return PoseEstimator(RunnerTracker(detector, chosen), markers)
    general = LandmarkNetwork(cards.find(GENERAL, "landmarks"), settings.threads)
    return PoseEstimator(RunnerTracker(detector, general, chosen), markers)
