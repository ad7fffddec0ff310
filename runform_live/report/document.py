"""The content of a report as typed blocks: written once, rendered as HTML (html.py) and as PDF (pdf.py).

All words are plain text. A renderer escapes them; none of them is ever markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Tone = Literal["plain", "lead", "quiet"]
Align = Literal["left", "right"]
Media = Literal["image/png", "image/jpeg", "image/svg+xml"]
SideOf = Literal["", "left", "right"]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture or a drawing. alt: what it shows, for those who do not see it. size_px: width and height; None: a drawing, of any size."""

    content: bytes
    media: Media
    alt: str
    size_px: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """level: 2 to 4; 1 is the title of the document. A heading is never more than one level below the one before it."""

    words: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. lead: the sentence that a reader should remember. quiet: what stands behind it."""

    words: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Listing:
    """Sentences below each other. quiet: small, as notes are. halves: the second half stands beside the first, as of references."""

    lines: tuple[str, ...]
    quiet: bool = False
    halves: bool = False


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One large figure with its name; `note` stands below. side: it has the colour and the mark of that leg."""

    name: str
    value: str
    note: str = ""
    side: SideOf = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Large figures beside each other."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a table's column. weight: how wide it is beside the others, on paper."""

    words: str
    align: Align = "left"
    weight: float = 1.0
    side: SideOf = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row is its head. strong: numbers of the rows that are set in bold. name: for a program that reads the page."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph with its caption. height_mm: on paper, at most; the width follows."""

    image: Image
    caption: str
    height_mm: float = 70.0


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing over the whole width, with its caption."""

    image: Image
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Lines that a reader must not miss."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """One thing to do, in a box: the cue."""

    title: str
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An exercise: its drawing, how much of it, and more about it as pairs of a name and words."""

    title: str
    drawing: Image | None
    dose: str
    words: str
    side: str = ""
    details: tuple[tuple[str, str], ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """across: how many stand beside each other, on paper. level: of the heading of each."""

    cards: tuple[Card, ...]
    across: int = 1
    level: int = 4


@dataclass(frozen=True, slots=True)
class Beside:
    """Columns of blocks beside each other. weights: how wide each is beside the others."""

    columns: tuple[tuple[Block, ...], ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that stay on one page of paper."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The blocks of page one. On paper their pictures are made smaller where they would not fit on it otherwise."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page of paper."""


Block: TypeAlias = (
    Heading
    | Paragraph
    | Listing
    | KeyFigures
    | Table
    | Picture
    | Plot
    | Notice
    | Callout
    | Cards
    | Beside
    | Together
    | FirstPage
    | PageBreak
)


@dataclass(frozen=True, slots=True)
class Document:
    """A report. clinic and logo: whose it is; about: lines below the title; foot: a line at the end of the page, of each page on paper."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    about: tuple[str, ...] = ()
    clinic: str = ""
    logo: Image | None = None
    foot: str = ""
    page_words: str = "{page} / {pages}"


# What neither HTML nor a tagged PDF may hold: control characters, halves of letters, the mark of byte order.
_NOT_PRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def printed(words: str) -> str:
    """The words as both renderers take them."""
    return _NOT_PRINTED.sub("", words)


def images(document: Document) -> list[Image]:
    """Every picture, plot and drawing, each once, in the order in which they are met."""
    found = [] if document.logo is None else [document.logo]
    for block in walked(document.blocks):
        match block:
            case Picture() | Plot():
                found.append(block.image)
            case Cards():
                found += [card.drawing for card in block.cards if card.drawing is not None]
    return list(dict.fromkeys(found))


def walked(blocks: Sequence[Block]) -> Iterator[Block]:
    """All blocks, those inside of others too, in reading order."""
    for block in blocks:
        yield block
        if isinstance(block, Beside):
            for column in block.columns:
                yield from walked(column)
        elif isinstance(block, Together | FirstPage):
            yield from walked(block.blocks)
