"""Network addresses as they may be shown and kept: without the user, the password and the keys that they can hold."""

from __future__ import annotations

import os
import re

from runform_live import file_names

HIDDEN = "***"
_SCHEME = r"(?<![\w+.-])([A-Za-z][A-Za-z0-9+.-]*://"
# The user and password stand before the last @ of what precedes the path. A key can stand behind a question mark.
# A password as it was typed may hold / ? and #: what follows the first colon is then no port.
_USER = re.compile(_SCHEME + r")(?:[^/\s?#]*|[^/\s?#:@\[]*:(?!\d+[/?#])\S*)@")
_QUERY = re.compile(_SCHEME + r"[^\s?#]*)[?#][^\s)'\"]*[^\s)'\":;,.]")
# Some cameras take them in the path: rtsp://camera/user=admin&password=secret&channel=1
_WHOLE = re.compile(_SCHEME + r"[^\s?#)'\"]*)")
_SECRET = re.compile(
    r"((?:user|login|pass|pwd|key|token|auth|secret|sig|cred|session|api)[\w.-]*|\w*(?:user|password|pwd|key|token))=[^&;/,\s:]*",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """The text with every address in it masked: `rtsp://user:secret@host/a?key=1` becomes `rtsp://***@host/a?***`."""
    if "://" not in text:
        return text
    text = _QUERY.sub(rf"\1?{HIDDEN}", _USER.sub(rf"\1{HIDDEN}@", text))
    return _WHOLE.sub(lambda address: _SECRET.sub(rf"\1={HIDDEN}", address[1]), text)


def shown(source: str | os.PathLike[str]) -> str:
    """The name of a source in one line for a person: an address masked, a file as `file_names.shown` gives it."""
    return file_names.shown(masked(os.fspath(source)))


def name_of(address: str) -> str:
    """What a stream may be called: the last part of the path in its address, or its host. None of it is secret."""
    host, _, path = masked(address).partition("://")[2].partition("?")[0].partition("#")[0].partition("/")
    last = path.rstrip("/").rpartition("/")[2]
    return last or host.rpartition("@")[2]
