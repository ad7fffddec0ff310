"""Any values at all, as Hypothesis finds them, where people's files are read: settings, programmes, records of an archive."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import hypothesis
import msgspec
import pytest
from hypothesis import given, strategies

from runform_live import config, programmes, tables, toml_text
from runform_live.clinic.archive_records import Records
from runform_live.errors import BadInput
from runform_live.file_names import shown
from runform_live.programmes import own
from tests.fuzz import shaped_damage

SEED = os.environ.get("FUZZ_SEED", "")
some = hypothesis.settings(max_examples=120, deadline=None, derandomize=not SEED, database=None)
seeded = hypothesis.seed(int(SEED or 1))
scalars = (
    strategies.booleans() | strategies.integers(-(2**63), 2**63 - 1) | strategies.floats() | strategies.text(strategies.characters(codec="utf-8"), max_size=40)
)  # fmt: skip
values = strategies.recursive(
    scalars,
    lambda inner: (
        strategies.lists(inner, max_size=4)
        | strategies.dictionaries(strategies.text(strategies.characters(codec="utf-8"), max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
tables_of_values = strategies.dictionaries(
    strategies.text(strategies.characters(codec="utf-8"), max_size=12), values, max_size=5
)
DELIVERED = config.delivered()
PLACES = strategies.sampled_from(list(shaped_damage.places(DELIVERED)))


def refusal(use: Callable[[], object]) -> str:
    """What is said against it; empty where it is taken."""
    try:
        use()
    except BadInput as trouble:
        return str(trouble)
    return ""


def is_line(words: str) -> bool:
    return len(words.splitlines()) <= 1 and shown(words) == words


def in_order(value: Any) -> Any:
    """Tables with their keys in one order, so that the text of both can be compared: NaN is not equal to itself."""
    if isinstance(value, dict):
        return [(key, in_order(value[key])) for key in sorted(value)]
    return [in_order(inner) for inner in value] if isinstance(value, list) else value


@seeded
@some
@given(place=PLACES, value=values)
def test_settings_take_any_value_or_say_in_a_line_what_it_must_be(place: tuple[Any, ...], value: Any) -> None:
    whole = shaped_damage.copied(DELIVERED)
    shaped_damage.at(whole, place[:-1])[place[-1]] = value
    words = refusal(lambda: config.checked(whole, "settings x"))
    assert is_line(words), words


@seeded
@some
@given(name=strategies.text(max_size=70), whole=tables_of_values)
def test_a_programme_from_anywhere_is_one_or_is_refused_in_a_line(name: str, whole: dict[str, Any]) -> None:
    sound = own.values(programmes.load("two_weeks"))
    for made in (whole, sound | whole, sound | {"session": [whole, *sound["session"]]}):
        words = refusal(functools.partial(own.of_values, name, made))
        assert is_line(words), words


@seeded
@some
@given(whole=tables_of_values)
def test_values_written_as_toml_are_read_back(whole: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "values.toml"
    path.write_bytes(toml_text.text(whole).encode())
    assert repr(in_order(tables.parsed("values", path))) == repr(in_order(whole))


@seeded
@some
@given(raw=strategies.binary(max_size=200))
def test_bytes_are_no_records_of_an_archive(raw: bytes) -> None:
    try:
        msgspec.json.decode(raw, type=Records)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    raise AssertionError(raw)
