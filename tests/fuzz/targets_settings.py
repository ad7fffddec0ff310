"""What people write or hand on: settings, programmes, cues, languages, cards of networks and the networks themselves, sounds."""

from __future__ import annotations

import functools
import hashlib
import random
import shutil
from pathlib import Path
from unittest import mock

import onnxruntime

from runform_live import config, programmes, resources, texts
from runform_live.coach import catalogue
from runform_live.coach.sound import decode
from runform_live.errors import BadInput
from runform_live.pose import cards, networks
from tests.fuzz import bytes_damage, shaped_damage
from tests.fuzz.target import Target, each, in_file

FILE, CARD, NETWORK, SOUND = "settings.toml", "net/card.toml", "net/detector.onnx", "cue.flac"


def make_settings(sound: Path) -> None:
    shutil.copy(resources.folder("configs") / "defaults.toml", sound / FILE)


def read_settings(case: Path) -> None:
    config.load(case / FILE)


def make_programme(sound: Path) -> None:
    shutil.copy(programmes.files.shipped_folder() / "two_weeks.toml", sound / FILE)


def read_programme(case: Path) -> None:
    made = programmes.files.read(case / FILE)
    programmes.own.check(made)


def make_cues(sound: Path) -> None:
    shutil.copy(resources.folder("configs") / "cues.toml", sound / FILE)


def read_cues(case: Path) -> None:
    catalogue.read_catalogue(case / FILE)


def make_language(sound: Path) -> None:
    shutil.copytree(
        texts.folder(),
        sound,
        dirs_exist_ok=True,
        ignore=lambda _, names: [one for one in names if not one.endswith(".toml")],
    )


def read_language(case: Path) -> None:
    table: dict[str, str] = {}
    texts._flatten(
        case / "de.toml", texts.tables.read("language file", case / "de.toml", dict[str, texts.Any]), "", table
    )


def make_network(sound: Path) -> None:
    """A card of one network, beside the shipped detector."""
    shipped = resources.folder("models") / "blazepose"
    (sound / "net").mkdir()
    shutil.copy(shipped / "detector.onnx", sound / NETWORK)
    whole = (shipped / "card.toml").read_text(encoding="utf-8")
    head, *_ = whole.split("[[network]]")
    one = next(each for each in whole.split("[[network]]") if 'file = "detector.onnx"' in each)
    assert hashlib.sha256((sound / NETWORK).read_bytes()).hexdigest() in one
    (sound / CARD).write_text(f"{head}[[network]]{one}", encoding="utf-8")


def read_network(case: Path) -> None:
    """ONNX Runtime is given nothing but the very bytes whose checksum the card names.

    Other bytes could end the process within native code, so ONNX Runtime itself is left out here.
    """
    content = (case / NETWORK).read_bytes()
    for card in cards.read_cards(case):
        given: list[bytes] = []
        try:
            with mock.patch.object(onnxruntime, "InferenceSession", lambda found, *_, to=given, **__: to.append(found)):
                networks.open_session(card)
        except BadInput:
            assert not given
            raise
        assert given == [content] and hashlib.sha256(content).hexdigest() == card.network.sha256


def make_sound(sound: Path) -> None:
    shutil.copy(min((texts.folder() / "en").glob("*.flac"), key=lambda path: path.stat().st_size), sound / SOUND)


def read_sound(case: Path) -> None:
    each(functools.partial(decode, case / SOUND))


def in_network(sound: Path, case: Path, chance: random.Random) -> str:
    return in_file(NETWORK, bytes_damage.binary)(sound, case, chance)


SETTINGS = (
    Target("settings", make_settings, in_file(FILE, shaped_damage.in_toml), read_settings, weight=2.0),
    Target("programme", make_programme, in_file(FILE, shaped_damage.in_toml), read_programme),
    Target("cues", make_cues, in_file(FILE, shaped_damage.in_toml), read_cues, weight=0.5),
    Target("language", make_language, in_file("de.toml", shaped_damage.in_toml), read_language, weight=0.5),
    Target("card of a network", make_network, in_file(CARD, shaped_damage.in_toml), read_network),
    Target("network (ONNX)", make_network, in_network, read_network, weight=0.5),
    Target("spoken cue (FLAC)", make_sound, in_file(SOUND, bytes_damage.binary), read_sound, weight=0.5),
)
