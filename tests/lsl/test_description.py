"""What the streams say of themselves."""

from __future__ import annotations

import pytest

from runform_live.lsl.description import Description, Node, described
from runform_live.messages import LANDMARKS
from runform_live.metrics import STANCE_COLUMNS

POSES, STANCES, CUES = described("2026-05-01_10-00-00", "frontal")


def texts(nodes: tuple[Node, ...]) -> dict[str, str]:
    """The texts of a description by the names of their elements, the outer ones too: "setup/name"."""
    found: dict[str, str] = {}
    for name, content in nodes:
        if isinstance(content, str):
            found[name] = content
        else:
            found |= {f"{name}/{inner}": text for inner, text in texts(content).items()}
    return found


def test_every_landmark_has_place_and_sigma_in_pixels_and_names_its_marker() -> None:
    labels = [channel.label for channel in POSES.channels]
    assert labels == [f"{name}_{part}_px" for name in LANDMARKS for part in ("x", "y", "sigma")] + ["time_s"]
    assert [(one.type, one.unit, one.marker) for one in POSES.channels[3:6]] == [
        ("PositionX", "pixels", "right_shoulder"),
        ("PositionY", "pixels", "right_shoulder"),
        ("StandardDeviation", "pixels", "right_shoulder"),
    ]
    assert (POSES.channels[-1].type, POSES.channels[-1].unit, POSES.channels[-1].marker) == ("Time", "seconds", "")


def test_the_poses_are_said_to_be_two_dimensional_with_y_down() -> None:
    assert POSES.type == "MoCap"
    told = texts(POSES.nodes)
    assert told["coordinates"].startswith("two-dimensional image coordinates, pixels, x right, y down")
    assert told["missing_values"] == "NaN"
    assert (told["acquisition/manufacturer"], told["acquisition/model"]) == ("runform_live", "frontal")


def test_the_stances_have_the_columns_of_the_file_in_its_order_each_with_its_unit() -> None:
    assert [channel.label for channel in STANCES.channels] == list(STANCE_COLUMNS)
    units = {channel.label: channel.unit for channel in STANCES.channels}
    assert units["side"] == "code: 0 left, 1 right"
    assert units["midstance_s"] == units["contact_time_s"] == "seconds"
    assert units["pelvic_drop_mid_deg"] == units["drop_flow_deg"] == "degrees"
    assert units["step_width_hip"] == "hip widths"
    assert units["oscillation_trunk"] == "trunk lengths"
    assert units["absences"] == "count"


@pytest.mark.parametrize("stream", [POSES, STANCES, CUES], ids=lambda one: one.stream)
def test_a_stream_names_its_session_and_its_source_is_the_same_after_a_restart(stream: Description) -> None:
    again = next(one for one in described("2026-05-01_10-00-00", "frontal") if one.stream == stream.stream)
    other = next(one for one in described("2026-05-01_10-05-00", "frontal") if one.stream == stream.stream)
    assert stream.source_id == again.source_id == f"runform_live:2026-05-01_10-00-00:{stream.stream}"
    assert stream.source_id != other.source_id
    assert texts(stream.nodes)["session"] == "2026-05-01_10-00-00"


def test_only_the_cues_are_texts() -> None:
    assert (POSES.text, STANCES.text, CUES.text) == (False, False, True)
    assert CUES.type == "Markers"
    assert CUES.channels[0].label == "text", "programs that read one channel of markers read this one"
