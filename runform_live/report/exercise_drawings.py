"""The drawings of the exercises: configs/exercises/NAME.svg, which configs/exercises/draw.py draws."""

from __future__ import annotations

from xml.etree import ElementTree

from runform_live import resources
from runform_live.errors import BadInput, reason_of

SVG = "{http://www.w3.org/2000/svg}svg"


def svg(name: str) -> str:
    """The drawing of an exercise as the text of one <svg> element, without a declaration before it.

    It has no words, no ids and no references, so it can stand in a page as it is, also more than once. BadInput says what
    is wrong where the file is missing or damaged.
    """
    path = resources.folder("configs") / "exercises" / f"{name}.svg"
    if not name.isidentifier() or not path.is_file():
        raise BadInput(f"there is no drawing of the exercise {name!r} ({path}); install the program again")
    try:
        text = path.read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)  # noqa: S314 (it ships with the program)
    except (OSError, UnicodeDecodeError, ElementTree.ParseError) as trouble:
        raise BadInput(
            f"the drawing {path} cannot be read: {reason_of(trouble)}; install the program again"
        ) from trouble
    if root.tag != SVG or "viewBox" not in root.attrib:
        raise BadInput(f"the drawing {path} is no SVG with a viewBox; install the program again")
    return text[text.index("<svg") :]
