"""A document as one self-contained HTML page: pictures, plots and style are in it, and nothing is fetched."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from runform_live.report.document import Document, Image

HERE = Path(__file__).parent


def render(document: Document) -> str:
    """The page as text."""
    # The style sheets ship with the program: only they are not escaped.
    sheet = Markup(style_sheet() + (HERE / "page.css").read_text(encoding="utf-8"))
    return _template().render(document=document, sheet=sheet)


def style_sheet() -> str:
    """The style that all pages share."""
    return (HERE / "sheet.css").read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    around = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    around.filters |= {"uri": _uri, "kind": lambda block: type(block).__name__}
    return around.from_string((HERE / "page.html").read_text(encoding="utf-8"))


def _uri(image: Image) -> str:
    """A picture as a data URI. In an element of its own no name inside of one drawing meets that of another."""
    return f"data:{image.media};base64,{base64.b64encode(image.content).decode()}"
