"""An address is shown and kept without what may be a secret."""

from __future__ import annotations

import pytest

from runform_live.addresses import masked


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("rtsp://user:secret@camera/stream", "rtsp://***@camera/stream"),
        ("rtsp://user:se@cret@camera:554/stream", "rtsp://***@camera:554/stream"),
        ("RTSP://user@camera", "RTSP://***@camera"),
        ("http://camera/video.cgi?user=me&password=secret", "http://camera/video.cgi?***"),
        ("http://a:b@camera/video?key=1#top", "http://***@camera/video?***"),
        ("rtsp://camera/stream", "rtsp://camera/stream"),
        (
            "rtsp://a:b@camera/x?k=1: cannot be opened (refused); check the address",
            "rtsp://***@camera/x?*** cannot be opened (refused); check the address",
        ),
        ("run@home.mp4", "run@home.mp4"),
        ("no address at all", "no address at all"),
    ],
)
def test_user_password_and_keys_are_left_out(given: str, shown: str) -> None:
    assert masked(given) == shown
