"""When a film was recorded: from its container, otherwise from its name, otherwise from the time of its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from runform_live.capture import opening
from runform_live.errors import BadInput

DateFrom = Literal[
    "film", "name", "file"
]  # the container's metadata, the file's name, the time of the file's last change

# Apple phones write the local time with its offset under the first key. The others hold UTC.
TAGS = ("com.apple.quicktime.creationdate", "creation_time", "date_recorded", "date")
# An earlier year comes from a clock that was never set (1904 and 1970).
EARLIEST_YEAR = 1990
# The clock of a camera may be this much fast.
AHEAD = timedelta(days=1)
# Names of films with these beginnings hold UTC.
UTC_NAMES = ("PXL_",)

_DAY = r"(?P<year>(?:19|20)\d\d)(?P<a>[-_.]?)(?P<month>\d\d)(?P=a)(?P<day>\d\d)"
_TIME = r"(?P<hour>\d\d|\d(?=[-_.:]))(?P<b>[-_.:]?)(?P<minute>\d\d)(?:(?P=b)(?P<second>\d\d)(?:[.,]?\d{3})?)?"
_HALF = r"(?:\s?(?P<half>[AaPp])\.?[Mm]\b)?"
_NAMED = re.compile(rf"(?<!\d){_DAY}(?:(?:\s+(?:at|um)\s+|[-_ T.,]*){_TIME}{_HALF})?(?!\d)")


class Recorded(NamedTuple):
    """When a film was recorded (with an offset from UTC), and where that is from."""

    moment: datetime
    date_from: DateFrom


def recorded(name: str, tags: Mapping[str, str], changed: datetime, now: datetime) -> Recorded:
    """The first possible date. Dates before 1990 or later than tomorrow are skipped.

    name: of the file, without its ending. tags: the container's. changed: when the file was last written. `changed` and `now` have an
    offset from UTC.
    """
    said: tuple[tuple[datetime | None, DateFrom], ...] = ((_of_tags(tags), "film"), (of_name(name), "name"))
    for moment, date_from in said:
        if moment is not None and moment.year >= EARLIEST_YEAR and moment <= now + AHEAD:
            return Recorded(moment, date_from)
    return Recorded(changed.astimezone(), "file")


def of_film(path: Path, now: datetime) -> Recorded:
    """When a film file was recorded. Raises BadInput where it cannot be opened."""
    with opening.opened(str(path)) as container:
        tags = dict(container.metadata)
        for stream in container.streams.video:
            tags = dict(stream.metadata) | tags
    try:
        changed_s = path.stat().st_mtime
    except OSError as trouble:
        raise BadInput(f"{path}: cannot be read ({trouble.strerror}); check the disk") from None
    return recorded(path.stem, tags, datetime.fromtimestamp(changed_s, UTC), now)


def of_name(name: str) -> datetime | None:
    """The date and time in the name of a file, as local time. A date alone counts as midnight."""
    for found in _NAMED.finditer(name):
        part = found.groupdict()
        hour = int(part["hour"] or 0)
        if part["half"] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if part["half"] in "Pp" else 0)
        try:
            moment = datetime(
                int(part["year"]), int(part["month"]), int(part["day"]), hour, int(part["minute"] or 0), int(part["second"] or 0)
            )  # fmt: skip
            return moment.replace(tzinfo=UTC).astimezone() if name.startswith(UTC_NAMES) else moment.astimezone()
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _of_tags(tags: Mapping[str, str]) -> datetime | None:
    """The first date with a time of day in the tags. Without an offset it is UTC, as the formats define."""
    lower = {key.lower(): value for key, value in tags.items()}
    for key in TAGS:
        text = lower.get(key, "").strip()
        if len(text) <= len("2026-04-12"):  # a date alone
            continue
        try:
            moment = datetime.fromisoformat(text)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            moment = moment.astimezone() if moment.utcoffset() == timedelta(0) else moment
        except (ValueError, OverflowError, OSError):
            continue
        return moment
    return None
