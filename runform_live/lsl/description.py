"""Describes the streams for LSL: their names, channels and units, and what their times mean.

The layout follows the recommendations of the XDF format for streams of the type MoCap (github.com/sccn/xdf, wiki, "MoCap Meta Data"):
channels with label, marker, object, type and unit, then acquisition and setup. What these recommendations do not cover has elements
of its own: coordinates, time_stamps, missing_values, session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runform_live import metrics
from runform_live.messages import LANDMARKS

Stream = Literal["poses", "stances", "cues"]
Node = tuple[str, "str | tuple[Node, ...]"]  # an element of the description: its name, then its text or its elements

SIDE_CODES = {"left": 0.0, "right": 1.0}
GAIT_CODES = {"run": 0.0, "walk": 1.0}
SESSION_TIME = "time_s"  # a channel of the poses: the time of the frame, as in poses.parquet
CUE_CHANNELS = ("text", "metric", "side", "reason", "latency_s")
MAKER = "runform_live"

_OF_PART = {"x": ("PositionX", "pixels"), "y": ("PositionY", "pixels"), "sigma": ("StandardDeviation", "pixels")}


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a stream: a number, or a text, in each sample."""

    label: str
    type: str
    unit: str
    marker: str = ""  # the landmark that it belongs to, if any


@dataclass(frozen=True, slots=True)
class Description:
    """One stream. Its rate is declared irregular, because cameras jitter and steps have no fixed rate."""

    stream: Stream
    type: str
    text: bool  # whether its samples are texts; else they are float64
    source_id: str  # the same after a restart, so that a receiver reconnects by itself
    channels: tuple[Channel, ...]
    facts: tuple[Node, ...]  # the other elements of its description

    @property
    def name(self) -> str:
        return f"{MAKER} {self.stream}"

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The elements of the whole description."""
        return ("channels", tuple(_channel(channel) for channel in self.channels)), *self.facts


def described(session: str, network: str) -> tuple[Description, ...]:
    """The streams of a session. session: the name of its folder; network: that of the landmarks."""
    return _poses(session, network), _stances(session), _cues(session)


def _poses(session: str, network: str) -> Description:
    positions = [
        Channel(f"{landmark}_{part}_px", *_OF_PART[part], landmark) for landmark in LANDMARKS for part in _OF_PART
    ]
    return Description(
        "poses", "MoCap", False, _source_id(session, "poses"), (*positions, Channel(SESSION_TIME, "Time", "seconds")),
        (
            ("acquisition", (("manufacturer", MAKER), ("model", network), ("compensated_lag", "0"))),
            ("setup", (("name", "one camera, frontal plane"),)),
            ("coordinates", "two-dimensional image coordinates, pixels, x right, y down, origin in the upper left corner of the picture"),
            ("sigma", "standard deviation of the landmark's place, as the network itself tells it"),
            ("sides", "left and right are the runner's own once the view is known; until then those that the network names"),
            ("time_stamps", f"LSL clock when the frame was captured: {SESSION_TIME} plus one constant"),
            *_common(session),
        ),
    )  # fmt: skip


def _stances(session: str) -> Description:
    channels = tuple(Channel(column.name, column.channel, column.channel_unit) for column in metrics.TABLE)
    return Description(
        "stances", "Gait", False, _source_id(session, "stances"), channels,
        (
            ("samples", "one a stance, sent when the stance is complete; not in a pause that was made by hand"),
            ("angles", "two-dimensional, in the frontal plane of the camera, after levelling"),
            ("level", "as known when the stance was complete; stances.csv is read against one level line for the whole session. "
             "The sum of an angle and its level column (drop_level_deg, adduction_level_deg, lean_level_deg) is the same in both"),
            ("side", "NaN where left and right are not sure; a sample is not sent again if the view becomes clear later"),
            ("time_stamps", "LSL clock at midstance: midstance_s plus one constant, the same as for the poses"),
            *_common(session),
        ),
    )  # fmt: skip


def _cues(session: str) -> Description:
    units = {"latency_s": "seconds"}
    channels = tuple(Channel(label, "Marker", units.get(label, "text")) for label in CUE_CHANNELS)
    return Description(
        "cues", "Markers", True, _source_id(session, "cues"), channels,
        (
            ("samples", "one a cue; empty where unknown, side also where the cue is about no side"),
            ("latency_s", "from the frame that completed the stance to the first sample of the sound; empty: it was not heard"),
            ("time_stamps", "LSL clock at the toe off of the stance that was answered, by the same constant as the poses"),
            *_common(session, "empty text"),
        ),
    )  # fmt: skip


def _common(session: str, missing: str = "NaN") -> tuple[Node, ...]:
    return ("missing_values", missing), ("session", session)


def _source_id(session: str, stream: str) -> str:
    return f"{MAKER}:{session}:{stream}"


def _channel(channel: Channel) -> Node:
    told = [("label", channel.label)]
    if channel.marker:
        told += [("marker", channel.marker), ("object", "runner")]
    return "channel", (*told, ("type", channel.type), ("unit", channel.unit))
