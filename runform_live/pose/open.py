"""The tracker with the networks that the settings name."""

from __future__ import annotations

from runform_live.config import PoseSettings
from runform_live.pose import cards
from runform_live.pose.detector import PersonDetector
from runform_live.pose.landmarks import LandmarkNetwork
from runform_live.pose.markers import MarkerFinder
from runform_live.pose.tracker import RunnerTracker

DETECTOR = "blazepose-detector"
FINDER = "blazepose-full"  # confirms people for a network that cannot tell whether there is one


def open_tracker(settings: PoseSettings) -> RunnerTracker:
    """Load both networks; BadInput where a file is damaged or a name unknown."""
    detector = PersonDetector(cards.find(DETECTOR, "person"), settings.threads)
    chosen = LandmarkNetwork(cards.find(settings.network, "landmarks"), settings.threads)
    markers = MarkerFinder() if settings.markers else None
    if chosen.finds:
        return RunnerTracker(detector, chosen, markers=markers)
    finder = LandmarkNetwork(cards.find(FINDER, "landmarks"), settings.threads)
    return RunnerTracker(detector, finder, chosen, markers)
