"""What the other stages are told about the source."""

from __future__ import annotations

from runform_live.capture.source_info import FilmEnd
from runform_live.capture.source_report import SourceReport
from runform_live.messages import SourceState

SIZE = (96, 128)


def test_a_loss_is_told_once_and_its_end_with_the_next_picture() -> None:
    told: list[SourceState] = []
    report = SourceReport("0", told.append)
    report.opened(SIZE, 30.0, 0)
    for _ in range(3):
        report.picture(SIZE, 1)
        report.lost("the cable is out", 1)
        report.lost("the cable is out", 1)
    assert [one.state for one in told] == ["open", *["lost", "open"] * 2, "lost"]
    assert told[2] == SourceState(state="open", text="0", frame_rate_hz=30.0, height_px=96, width_px=128, frames=1)


def test_another_picture_size_is_told() -> None:
    told: list[SourceState] = []
    report = SourceReport("0", told.append)
    report.opened(SIZE, None, 0)
    report.picture((240, 320), 1)
    assert (told[-1].height_px, told[-1].width_px) == (240, 320) and len(told) == 2


def test_the_password_of_a_stream_is_not_told() -> None:
    told: list[SourceState] = []
    SourceReport("rtsp://me:secret@camera/live", told.append).opened(SIZE, None, 0)
    assert "secret" not in told[0].text


def test_a_lost_source_stays_lost_while_it_is_opened_again() -> None:
    report = SourceReport("0", lambda _: None)
    report.opening()
    assert report.state == "opening"
    report.lost("the cable is out", 0)
    report.opening()
    assert report.state == "lost"


def test_the_end_says_what_was_wrong_with_the_film() -> None:
    told: list[SourceState] = []
    SourceReport("a.mp4", told.append).ended("cut short", 7, FilmEnd("", ("video_cut_short",), {"restarts": 1}))
    assert told == [
        SourceState(state="ended", text="cut short", frames=7, flags=("video_cut_short",), repaired={"restarts": 1})
    ]
