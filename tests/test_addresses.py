"""An address is shown and kept without what may be a secret."""

from __future__ import annotations

import pytest

from runform_live.addresses import masked, name_of, shown


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("rtsp://user:secret@camera/stream", "rtsp://***@camera/stream"),
        ("rtsp://user:se@cret@camera:554/stream", "rtsp://***@camera:554/stream"),
        ("rtsp://user:se/c?r#et@camera/stream", "rtsp://***@camera/stream"),
        ("rtsp://camera:554/a@b", "rtsp://camera:554/a@b"),
        ("rtsp://[::1]:554/a@b", "rtsp://[::1]:554/a@b"),
        ("RTSP://user@camera", "RTSP://***@camera"),
        ("http://camera/video.cgi?user=me&password=secret", "http://camera/video.cgi?***"),
        ("http://a:b@camera/video?key=1#top", "http://***@camera/video?***"),
        ("rtsp://camera/stream", "rtsp://camera/stream"),
        (
            "rtsp://a:b@camera/x?k=1: cannot be opened (refused); check the address",
            "rtsp://***@camera/x?***: cannot be opened (refused); check the address",
        ),
        ("rtsp://camera/user=admin&password=se&channel=1", "rtsp://camera/user=***&password=***&channel=1"),
        (
            "http://camera/live;access_token=abc/1.ts is named twice",
            "http://camera/live;access_token=***/1.ts is named twice",
        ),
        ("run@home.mp4", "run@home.mp4"),
        ("no address at all", "no address at all"),
    ],
)
def test_user_password_and_keys_are_left_out(given: str, expected: str) -> None:
    assert masked(given) == expected
    assert masked(expected) == expected, "masked once more it stays the same"


def test_a_source_is_shown_in_one_safe_line() -> None:
    assert shown("rtsp://a:b@camera/\x1b[2J?key=1") == "rtsp://***@camera/\\x1b[2J?***"
    assert shown("a\nb.mp4") == "a\\nb.mp4"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("rtsp://user:secret@camera:554/live/run1.sdp?key=abc", "run1.sdp"),
        ("http://camera/video/?key=abc/def", "video"),
        ("rtsp://user:sec/ret@camera/", "camera"),
        ("rtsp://user:secret@camera:554", "camera:554"),
        ("rtsp://camera/user=me&password=secret", "user=***&password=***"),
    ],
)
def test_a_stream_is_named_without_its_secrets(address: str, name: str) -> None:
    assert name_of(address) == name
