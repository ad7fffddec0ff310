"""What is known of a client, checked before it is kept: each value in its range, each text of a length that can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from runform_live import file_names
from runform_live.errors import BadInput

HEIGHT_M = 0.5, 2.5
MASS_KG = 10.0, 400.0
SEXES = ("female", "male", "other")
PAINFUL_SIDES = ("left", "right", "both", "none")
EARLIEST = date(1900, 1, 1)
LONGEST = {"pseudonym": 80, "name": 200, "painful_place": 200, "notes": 10_000}  # characters


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept. Raises BadInput where one is out of its range."""
    found = dict(values)
    for name, longest in LONGEST.items():
        if found.get(name) is not None:
            found[name] = _text(name, found[name], longest)
    if not found.get("pseudonym"):
        raise BadInput("the pseudonym is empty; give a short name or number that says nothing to others")
    _refuse_outside("height", "cm", found.get("height_m"), HEIGHT_M, 100.0)
    _refuse_outside("mass", "kg", found.get("mass_kg"), MASS_KG, 1.0)
    _refuse_other("sex", found.get("sex"), SEXES)
    _refuse_other("painful side", found.get("painful_side"), PAINFUL_SIDES)
    born, consent = found.get("born"), found.get("consent_on")
    for what, day in (("date of birth", born), ("consent", consent)):
        if day is not None and not EARLIEST <= day <= date.today():
            raise BadInput(f"the {what} is {day}; it must be between {EARLIEST} and today")
    if born is not None and consent is not None and consent < born:
        raise BadInput(f"the consent ({consent}) is before the date of birth ({born})")
    return found


def _text(name: str, value: str, longest: int) -> str | None:
    what = name.replace("_", " ")
    text = value.strip()
    if len(text) > longest:
        raise BadInput(f"the {what} has {len(text)} characters; at most {longest} can be kept")
    plain = text.replace("\n", " ").replace("\r", " ").replace("\t", " ") if name == "notes" else text
    if file_names.shown(plain) != plain:
        raise BadInput(f"the {what} holds characters that cannot be shown; write it in letters")
    return text or None


def _refuse_outside(what: str, unit: str, value: float | None, ends: tuple[float, float], shown_as: float) -> None:
    least, most = ends
    if value is not None and not least <= value <= most:  # NaN is outside too
        low, high, given = (f"{number * shown_as:g}" for number in (least, most, value))
        raise BadInput(f"the {what} is {given} {unit}; it must be between {low} and {high} {unit}")


def _refuse_other(what: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        raise BadInput(f"the {what} is {file_names.shown(value[:80])!r}; it must be one of {', '.join(allowed)}")
