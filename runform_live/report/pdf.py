"""A document as a PDF of A4 pages, set by Typst (an optional package: the group `pdf`).

The template is page.typ. It reads the blocks as data, so that words are never taken for markup. The file keeps to PDF/UA-1: headings, tables and
alternative texts are tagged for those who do not see it.
"""

from __future__ import annotations

import base64
import dataclasses
import importlib
import json
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib

from runform_live.errors import BadInput, RunformError
from runform_live.optional_parts import how_to_add
from runform_live.report.document import Document, Image, images, printed

PACKAGE = "typst"
MISSING = f"a PDF needs the package {PACKAGE}; {how_to_add('pdf')}"
FONTS = {"font_source_sans_pro": "Source Sans Pro"}  # module of a package -> the family in its folder files/
USUAL_FONT = "DejaVu Sans"  # ships with matplotlib: always there


def refuse_without() -> None:
    """Raise BadInput where Typst is not installed, before any work is done for it."""
    if find_spec(PACKAGE) is None:
        raise BadInput(MISSING)


def render(document: Document, moment: datetime | None = None) -> bytes:
    """The file's bytes. moment: the time that it is said to be made at. Raises BadInput where Typst is missing."""
    refuse_without()
    typst = importlib.import_module(PACKAGE)
    folders, families = _fonts()
    files = {f"image-{number}.svg": one for number, one in enumerate(images(document))}
    named = {one: name for name, one in files.items()}
    data = _plain(document, named) | {"fonts": families}
    sources = {
        "main.typ": Path(__file__).with_name("page.typ").read_bytes(),
        "document.json": json.dumps(data, ensure_ascii=False).encode(),
        **{name: _as_svg(one) for name, one in files.items()},
    }
    try:
        made = typst.compile(
            sources,
            format="pdf",
            font_paths=folders,
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            timestamp=moment,
        )
    except typst.TypstError as trouble:
        raise RunformError(f"the PDF could not be set ({trouble}); the HTML report can be made all the same") from None
    assert isinstance(made, bytes)
    return made


def _fonts() -> tuple[list[str], list[str]]:
    """Folders with fonts, and the families to use: the first that has a letter."""
    folders, families = [], []
    for module, family in FONTS.items():
        found = find_spec(module)
        if found is not None and found.submodule_search_locations:
            folders.append(str(Path(next(iter(found.submodule_search_locations))) / "files"))
            families.append(family)
    folders.append(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf"))
    return folders, [*families, USUAL_FONT]


def _as_svg(image: Image) -> bytes:
    """A picture as text: Typst takes nothing else without a folder of files, and pictures of people shall not lie in one."""
    if image.size_px is None:
        return image.content
    width, height = image.size_px
    packed = base64.b64encode(image.content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image href="data:{image.media};base64,{packed}" width="{width}" height="{height}"/></svg>'
    ).encode()


def _plain(value: Any, named: dict[Image, str]) -> Any:
    """Blocks as plain data: each with its `kind`, a picture as the name of its file."""
    if isinstance(value, Image):
        aspect = None if value.size_px is None else value.size_px[0] / value.size_px[1]
        return {"kind": "Image", "file": named[value], "alt": value.alt, "aspect": aspect}
    if dataclasses.is_dataclass(value):
        fields = {one.name: _plain(getattr(value, one.name), named) for one in dataclasses.fields(value)}
        return {"kind": type(value).__name__} | fields
    if isinstance(value, tuple | list):
        return [_plain(one, named) for one in value]
    if isinstance(value, str):
        return printed(value)
    return sorted(value) if isinstance(value, frozenset) else value
