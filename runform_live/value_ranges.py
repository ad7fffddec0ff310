"""What may stand in a session's files. The ranges are wide: they keep out what would break a reader, not what is unlikely."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Word = Annotated[str, Meta(max_length=200)]
Line = Annotated[str, Meta(max_length=2_000)]
PathText = Annotated[str, Meta(max_length=32_768)]  # of a file, or the address of a source
Count = Annotated[int, Meta(ge=0, le=10**12)]
Pixels = Annotated[int, Meta(ge=1, le=16_384)]  # twice the longer side of 8K
Seconds = Annotated[float, Meta(ge=-1e9, le=1e9)]
Rate = Annotated[float, Meta(ge=0, le=1e6)]
GivenRate = Annotated[float, Meta(ge=1, le=1000)]  # as --frame-rate
LARGEST_FIGURE = 1e6
Figure = Annotated[float, Meta(ge=-LARGEST_FIGURE, le=LARGEST_FIGURE)]
Spread = Annotated[float, Meta(ge=0, le=1e6)]
Share = Annotated[float, Meta(ge=0, le=1)]
Height = Annotated[float, Meta(ge=0.3, le=3)]
Factor = Annotated[float, Meta(ge=0.1, le=10)]
BandEnds = tuple[Figure | None, Figure | None]  # of a target band, as session.json holds it: low and high; None is open
