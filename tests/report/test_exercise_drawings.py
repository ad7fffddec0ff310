"""The drawings of the exercises: which there are, what is in them, and what is said about one that cannot be used."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from runform_live import resources
from runform_live.errors import BadInput
from runform_live.report import exercise_drawings, exercises

FOLDER = resources.folder("configs") / "exercises"
DRAWN = sorted(path.stem for path in FOLDER.glob("*.svg"))
SHAPES = {"svg", "path", "rect", "circle", "polygon"}
KILOBYTE = 1024
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.mark.parametrize("name", [one.name for one in exercises.shipped().exercise])
def test_each_exercise_of_the_list_has_a_drawing(name: str) -> None:
    assert exercise_drawings.svg(name).startswith("<svg")


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_shapes_alone_of_the_one_size(name: str) -> None:
    text = exercise_drawings.svg(name)
    root = ElementTree.fromstring(text)
    assert root.attrib["viewBox"] == "0 0 320 200"
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= SHAPES  # no words, script, picture or style
    assert "".join(root.itertext()).strip() == ""
    attributes = {key.rpartition("}")[2] for element in root.iter() for key in element.attrib}
    assert not {key for key in attributes if key in {"id", "href", "style", "class"} or key.startswith("on")}
    assert "url(" not in text
    assert len(text.encode()) < 12 * KILOBYTE


@pytest.mark.parametrize("name", DRAWN)
def test_the_working_leg_is_the_only_thing_in_the_accent_colour(name: str) -> None:
    painted = [
        element for element in ElementTree.fromstring(exercise_drawings.svg(name)) if element.get("fill") == "#0072B2"
    ]
    assert len(painted) == (1 if name in {"leg_lift", "clam"} else 2)  # lying: one person; standing: start and end


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_lies_outside_of_the_picture(name: str) -> None:
    for element in ElementTree.fromstring(exercise_drawings.svg(name)):
        for x, y in points(element):
            assert 2 <= x <= 318 and 2 <= y <= 198


def test_the_drawings_are_what_the_script_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    drawn: dict[str, str] = runpy.run_path(str(FOLDER / "draw.py"))["drawings"]()
    assert sorted(drawn) == DRAWN
    for name, text in drawn.items():
        kept = exercise_drawings.svg(name)
        assert NUMBER.sub("n", text) == NUMBER.sub("n", kept)
        # The last digit may differ where the mathematics of another system rounds another way.
        assert [float(n) for n in NUMBER.findall(text)] == pytest.approx(
            [float(n) for n in NUMBER.findall(kept)], abs=0.21
        )


@pytest.mark.parametrize("name", ["handstand", "../cues", ""])
def test_an_exercise_without_a_drawing_is_said_in_one_line(name: str) -> None:
    with pytest.raises(BadInput, match=r"^there is no drawing of the exercise .*install the program again$"):
        exercise_drawings.svg(name)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg", "cannot be read"),
        (b"", "cannot be read"),
        (b"\xff\xfe", "it is not UTF-8"),
        (b"<html></html>", "is no SVG with a viewBox"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "is no SVG with a viewBox"),
    ],
)
def test_a_damaged_drawing_is_said_in_one_line(
    content: bytes, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "clam.svg").write_bytes(content)
    monkeypatch.setattr(resources, "folder", lambda _: tmp_path)
    with pytest.raises(BadInput, match=said) as raised:
        exercise_drawings.svg("clam")
    assert "\n" not in str(raised.value)


def points(element: ElementTree.Element) -> list[tuple[float, float]]:
    """The points of a shape through which its outline goes (absolute), without those that only bend it."""
    at = {key: float(value) for key, value in element.attrib.items() if NUMBER.fullmatch(value)}
    if "cx" in at:
        return [(at["cx"] + s * at["r"], at["cy"] + s * at["r"]) for s in (-1, 1)]
    if "width" in at:
        return [(at["x"], at["y"]), (at["x"] + at["width"], at["y"] + at["height"])]
    numbers = [float(n) for n in NUMBER.findall(element.get("points", ""))]
    found = list(zip(numbers[::2], numbers[1::2], strict=True))
    x = y = 0.0
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", element.get("d", "")):
        values = [float(n) for n in NUMBER.findall(rest)]
        if not values:
            continue
        moved = command.islower()
        x, y = (x if moved else 0.0) + values[-2], (y if moved else 0.0) + values[-1]
        found.append((x, y))
    return found
