"""Reads a report back as a stranger would: the page with html5lib, the PDF with PDFium."""

from __future__ import annotations

import ctypes
import re
from xml.etree.ElementTree import Element

import html5lib
import pypdfium2
import pypdfium2.raw as pdfium


def parsed(page: str) -> Element:
    """The page's tree. Raises where it is not what HTML asks for."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def words(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def table(root: Element, name: str) -> list[list[str]]:
    """The rows of a table by its name, without its head."""
    found = root.find(f".//table[@data-name='{name}']/tbody")
    assert found is not None
    return [[words(cell) for cell in row] for row in found]


def pages(content: bytes) -> list[str]:
    """The text of each page of a PDF."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def sizes_pt(content: bytes) -> set[float]:
    """The sizes of all letters in a PDF."""
    document = pypdfium2.PdfDocument(content)
    found = set()
    try:
        for page in document:
            text = page.get_textpage()
            for at in range(text.count_chars()):
                matrix = pdfium.FS_MATRIX()
                pdfium.FPDFText_GetMatrix(text.raw, at, ctypes.byref(matrix))
                if chr(pdfium.FPDFText_GetUnicode(text.raw, at)).strip():
                    found.add(round(abs(matrix.d) * pdfium.FPDFText_GetFontSize(text.raw, at), 2))
    finally:
        document.close()
    return found


def number(cell: str) -> float | None:
    """The first number of a cell; None where it is a dash."""
    found = re.match(r"[+-]?\d+(?:[.,]\d+)?", cell)
    return float(found[0].replace(",", ".")) if found else None


def half(cell: str) -> float | None:
    """What stands behind ±; None where nothing does."""
    found = re.search(r"± (\d+(?:[.,]\d+)?)", cell)
    return float(found[1].replace(",", ".")) if found else None
