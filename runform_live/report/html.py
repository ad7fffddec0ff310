"""A document as one self-contained HTML page: pictures, plots and style are in it, and nothing is fetched."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from runform_live.report.document import Document, Image, printed

HERE = Path(__file__).parent


def render(document: Document) -> str:
    """The page as text."""
    return _template().render(document=document, sheet=style_sheet() + _style("page.css"))


def style_sheet() -> Markup:
    """The style that all pages share."""
    return _style("sheet.css")


def _style(name: str) -> Markup:
    """A style sheet that ships with the program: only these are not escaped."""
    return Markup((HERE / name).read_text(encoding="utf-8"))  # noqa: S704 (nothing of a session stands in it)


@cache
def _template() -> jinja2.Template:
    around = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: printed(value) if type(value) is str else value,
    )  # fmt: skip
    around.filters |= {"uri": _uri, "kind": lambda block: type(block).__name__}
    return around.from_string((HERE / "page.html").read_text(encoding="utf-8"))


def _uri(image: Image) -> str:
    """A picture as a data URI. In an element of its own no name inside of one drawing meets that of another."""
    return f"data:{image.media};base64,{base64.b64encode(image.content).decode()}"
