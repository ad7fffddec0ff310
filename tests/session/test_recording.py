"""The videos of a session: one list, right counts, never a frame twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from runform_live.session.recording import NEVER_S, VideoRecording, parts_in
from runform_live.session.schema import VideoPart
from runform_live.session.video import VideoWriter, readable
from tests.makers import flat


def times_in(path: Path) -> list[float]:
    with av.open(str(path)) as film:
        return [round(float(frame.time or 0.0), 3) for frame in film.decode(video=0)]


def wrote(recording: VideoRecording, first: int, count: int, height_px: int = 96) -> None:
    for frame in range(first, first + count):
        assert recording.write(flat(height_px), frame / 30)


def test_a_second_recording_is_a_second_part(tmp_path: Path) -> None:
    recording = VideoRecording(tmp_path)
    wrote(recording, 0, 30)
    assert recording.parts == (VideoPart("video.mkv", 0.0),)
    recording.stop()
    wrote(recording, 60, 10)
    recording.stop()
    recording.stop()
    assert recording.parts == (
        VideoPart("video.mkv", 0.0, 29 / 30, 30),
        VideoPart("video-2.mkv", 2.0, 69 / 30, 10),
    )
    assert recording.frames == 40
    assert len(times_in(tmp_path / "video.mkv")) == 30
    assert times_in(tmp_path / "video-2.mkv")[0] == 2.0


@pytest.mark.parametrize(("rate_hz", "parts"), [(15.0, 2), (30.1, 1), (None, 1)])
def test_another_rate_begins_a_new_part(tmp_path: Path, rate_hz: float | None, parts: int) -> None:
    recording = VideoRecording(tmp_path)
    recording.rate(30.0)
    wrote(recording, 0, 5)
    recording.rate(rate_hz)
    wrote(recording, 5, 5)
    recording.stop()
    assert len(recording.parts) == parts
    assert recording.frames == 10


def test_another_size_begins_a_new_part(tmp_path: Path) -> None:
    recording = VideoRecording(tmp_path)
    wrote(recording, 0, 5)
    wrote(recording, 5, 6, height_px=64)
    recording.stop()
    assert [part.frames for part in recording.parts] == [5, 6]
    with av.open(str(tmp_path / "video-2.mkv")) as film:
        assert film.streams.video[0].height == 64


def test_no_frame_is_written_twice(tmp_path: Path) -> None:
    recording = VideoRecording(tmp_path)
    wrote(recording, 0, 10)
    for frame in (9, 4):
        assert not recording.write(flat(), frame / 30)
    wrote(recording, 10, 1)
    recording.stop()
    assert not recording.write(flat(), 10 / 30), "nor in a new part"
    assert times_in(tmp_path / "video.mkv") == [round(frame / 30, 3) for frame in range(11)]
    assert len(recording.parts) == 1


def test_what_is_safe_from_a_kill_is_a_cluster_behind_and_all_when_it_is_closed(tmp_path: Path) -> None:
    recording = VideoRecording(tmp_path)
    assert recording.kept_until_s == NEVER_S
    wrote(recording, 0, 90)
    assert 89 / 30 - 0.2 < recording.kept_until_s < 89 / 30 - 0.1
    recording.stop()
    assert recording.kept_until_s == 89 / 30


KILLED = """
import sys
from pathlib import Path
import numpy as np
from runform_live.session.recording import VideoRecording
recording = VideoRecording(Path(sys.argv[1]))
picture = np.full((96, 128, 3), 90, np.uint8)
for frame in range(int(sys.argv[2])):
    recording.write(picture, 3.0 + frame / 30)
print(recording.kept_until_s, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("frames", [9, 40, 100])
def test_after_a_kill_the_next_one_knows_what_is_in_the_file(tmp_path: Path, frames: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path), str(frames)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    promised_s = float(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    recording = VideoRecording(tmp_path, [VideoPart("video.mkv", 3.0)])
    kept = times_in(tmp_path / "video.mkv")
    assert recording.frames == len(kept) > frames - 10
    assert recording.kept_until_s == kept[-1] >= promised_s - 0.001
    last = round((kept[-1] - 3.0) * 30)
    assert not recording.write(flat(), 3.0 + last / 30), "it is there already"
    assert recording.write(flat(), 3.0 + (last + 1) / 30)
    recording.stop()
    assert [part.file for part in recording.parts] == ["video.mkv", "video-2.mkv"]
    assert recording.frames == len(kept) + 1


def test_parts_that_are_not_in_the_list_are_found_and_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    recording = VideoRecording(tmp_path)
    wrote(recording, 0, 10)
    recording.stop()
    wrote(recording, 30, 10)
    recording.stop()
    (tmp_path / "video-3.mkv").write_bytes(b"")
    (tmp_path / "video-4.mkv").write_bytes(b"not a video")
    (tmp_path / "video-x.mkv").write_bytes(b"")
    closed = VideoPart("video.mkv", 0.0, 9.9, 1234)
    found = parts_in(tmp_path, [closed])
    assert found == (closed, VideoPart("video-2.mkv", 1.0, 1.3, 10)), "a part that was closed is not looked through"
    assert parts_in(tmp_path, thorough=False)[1] == VideoPart("video-2.mkv", 1.0)
    again = VideoRecording(tmp_path, [closed])
    assert again.write(flat(), 20.0)
    again.stop()
    assert again.parts[-1].file == "video-5.mkv", "no file is written over"


def test_a_file_without_frames_is_none() -> None:
    assert readable(Path("/nowhere.mkv")) is None


@pytest.mark.parametrize("rate_hz", [24.0, 60.0])
def test_a_jump_into_a_recording_decodes_a_second_at_most(tmp_path: Path, rate_hz: float) -> None:
    """The rate that the camera claims says nothing: the times of the frames do."""
    writer = VideoWriter(tmp_path / "video.mkv", 48, 64, 120.0)
    for number in range(round(3.2 * rate_hz)):
        writer.write(np.full((48, 64, 3), number % 250, np.uint8), number / rate_hz)
    writer.close()
    with av.open(str(tmp_path / "video.mkv")) as container:
        keys_s = [float(packet.pts * packet.time_base) for packet in container.demux(video=0) if packet.is_keyframe]
    assert keys_s == pytest.approx([0.0, 1.0, 2.0, 3.0], abs=1.1 / rate_hz)


@pytest.mark.parametrize(("height_px", "width_px"), [(720, 1280), (270, 482), (121, 163)])
def test_a_recording_shows_the_colours_that_were_seen_at_any_size(
    tmp_path: Path, height_px: int, width_px: int
) -> None:
    seen = np.zeros((height_px, width_px, 3), np.uint8)
    seen[:] = 200, 60, 30
    seen[: height_px // 2] = 40, 120, 220
    writer = VideoWriter(tmp_path / "video.mkv", height_px, width_px, 30.0)
    writer.write(seen, 0.0)
    writer.close()
    with av.open(str(tmp_path / "video.mkv")) as film:
        kept = next(film.decode(video=0)).to_ndarray(format="bgr24")
    assert kept.shape == (height_px // 2 * 2, width_px // 2 * 2, 3)
    for row in (8, -8):
        assert kept[row, 8] == pytest.approx(seen[row, 8], abs=4)
