"""The tracker with the networks that the settings name."""

from __future__ import annotations

from runform_live.config import PoseSettings
from runform_live.pose import cards
from runform_live.pose.networks import LandmarkNetwork, PersonDetector
from runform_live.pose.tracker import RunnerTracker

DETECTOR = "blazepose-detector"
FINDER = "blazepose-full"  # confirms people for a network that cannot tell whether there is one


def open_tracker(settings: PoseSettings) -> RunnerTracker:
    """Load both networks; BadInput where a file is damaged or a name unknown."""
    detector = PersonDetector(cards.find(DETECTOR, "person"), settings.threads)
    chosen = LandmarkNetwork(cards.find(settings.network, "landmarks"), settings.threads)
    if chosen.finds:
        return RunnerTracker(detector, chosen)
    return RunnerTracker(detector, LandmarkNetwork(cards.find(FINDER, "landmarks"), settings.threads), chosen)
