"""Network addresses as they may be shown and kept: without the user, the password and the keys that they can hold."""

from __future__ import annotations

import re

HIDDEN = "***"
# The user and password stand before the last @ of what precedes the path. A key can stand behind a question mark.
_USER = re.compile(r"(?<![\w+.-])([A-Za-z][A-Za-z0-9+.-]*://)[^/\s?#]*@")
_QUERY = re.compile(r"(?<![\w+.-])([A-Za-z][A-Za-z0-9+.-]*://[^\s?#]*)[?#][^\s)'\"]+")


def masked(text: str) -> str:
    """The text with every address in it masked: `rtsp://user:secret@host/a?key=1` becomes `rtsp://***@host/a?***`."""
    if "://" not in text:
        return text
    return _QUERY.sub(rf"\1?{HIDDEN}", _USER.sub(rf"\1{HIDDEN}@", text))
