"""Numbers and times of frames, also over restarts."""

from __future__ import annotations

import msgspec
import pytest

from runform_live.capture.numbering import FrameNumbering


def after_restart(numbering: FrameNumbering) -> FrameNumbering:
    state = msgspec.msgpack.encode(numbering.state())
    return FrameNumbering(msgspec.msgpack.decode(state, type=type(numbering.state())))


def test_a_camera_counts_from_its_first_picture() -> None:
    numbering = FrameNumbering()
    assert numbering.number_live(1000.0) == (1, 0.0)
    assert numbering.number_live(1000.5) == (2, 0.5)


def test_a_loss_is_seen_in_the_times_and_not_in_the_numbers() -> None:
    numbering = FrameNumbering()
    numbering.number_live(1000.0)
    assert numbering.number_live(1020.0) == (2, 20.0)


def test_two_pictures_at_one_reading_of_the_clock_still_have_an_order() -> None:
    numbering = FrameNumbering()
    times_s = [numbering.number_live(stamp_s)[1] for stamp_s in (5.0, 5.0, 5.0, 4.9, 5.1)]
    assert times_s == sorted(set(times_s))


@pytest.mark.parametrize("rate_hz", [24, 60, 240])
@pytest.mark.parametrize("promised_hz", [None, 30.0, 120.0])
def test_after_a_restart_no_number_and_no_time_is_used_twice(rate_hz: int, promised_hz: float | None) -> None:
    numbering = FrameNumbering()
    numbering.expect_rate(promised_hz)
    sent = [numbering.number_live(1000.0 + number / rate_hz) for number in range(3 * rate_hz)]
    successor = after_restart(numbering)
    lost_s = 0.3  # frames of the predecessor that it did not write down any more
    sent += [numbering.number_live(1003.0 + number / rate_hz) for number in range(int(lost_s * rate_hz))]
    successor.expect_rate(promised_hz)
    sent += [successor.number_live(1003.0 + lost_s + 0.4 + number / rate_hz) for number in range(rate_hz)]
    assert [number for number, _ in sent] == sorted({number for number, _ in sent})
    assert [time_s for _, time_s in sent] == sorted({time_s for _, time_s in sent})
    assert sent[-1][1] == pytest.approx(3.7 + (rate_hz - 1) / rate_hz), "the clock of the session goes on"


def test_a_restart_before_anything_was_written_down_goes_by_what_the_others_saw() -> None:
    successor = FrameNumbering()
    successor.note_sent(7, 0.2, 1000.2)
    number, time_s = successor.number_live(1001.0)
    assert number > 7 and time_s == pytest.approx(1.0)


def test_what_the_others_saw_may_be_told_after_the_first_pictures() -> None:
    successor = FrameNumbering()
    assert [successor.number_live(1001.0), successor.number_live(1001.5)] == [(1, 0.0), (2, 0.5)]
    successor.note_sent(7, 0.2, 1000.2)
    number, time_s = successor.number_live(1002.0)
    assert number > 7 and time_s == pytest.approx(2.0), "the clock of the predecessor"


def test_what_the_others_saw_later_than_it_was_written_down_counts() -> None:
    numbering = FrameNumbering()
    for number in range(30):
        numbering.number_live(1000.0 + number / 30)
    successor = after_restart(numbering)
    successor.note_sent(29, 28 / 30, 1000.0 + 28 / 30)
    successor.note_sent(200, 1.1, 1001.1)
    assert successor.number_live(1001.2)[0] > 200


def test_a_files_frames_have_the_files_times_and_the_same_numbers_again() -> None:
    numbering = FrameNumbering()
    first = [numbering.number_file(number / 30) for number in range(10)]
    assert first[9] == (10, 9 / 30)
    assert after_restart(numbering).number_file(10 / 30) == (11, 10 / 30)
