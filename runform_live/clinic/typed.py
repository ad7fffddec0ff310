"""What a person types about a client, as words, and what is kept of it. The commands and the window read it alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from runform_live.clinic.tables import Client
from runform_live.errors import BadInput

SHARES = {"height_m": ("height", 100.0), "mass_kg": ("mass", 1.0)}  # what is typed in cm and kg
DAYS = {"born": "date of birth", "consent_on": "consent"}


def details(words: Mapping[str, str]) -> dict[str, Any]:
    """The details of a client by the names of its columns; an empty word is None. Heights are typed in cm. Raises BadInput.

    Ranges are `client_values.checked`'s business.
    """
    found: dict[str, Any] = {name: word.strip() or None for name, word in words.items()}
    for name, (what, share) in SHARES.items():
        if found.get(name) is not None:
            found[name] = _number(what, found[name]) / share
    for name, what in DAYS.items():
        if found.get(name) is not None:
            found[name] = _day(what, found[name])
    return found


def words(client: Client) -> dict[str, str]:
    """The details of a client as they are typed; what is not known is empty."""
    numbers = {
        name: "" if getattr(client, name) is None else f"{getattr(client, name) * share:g}"
        for name, (_, share) in SHARES.items()
    }
    days = {name: "" if getattr(client, name) is None else getattr(client, name).isoformat() for name in DAYS}
    plain = ("pseudonym", "name", "sex", "painful_side", "painful_place", "notes")
    return {name: getattr(client, name) or "" for name in plain} | numbers | days


def _number(what: str, word: str) -> float:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        raise BadInput(f"the {what} is {word!r}; it must be a number") from None


def _day(what: str, word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise BadInput(f"the {what} is {word!r}; write the day as YYYY-MM-DD") from None
