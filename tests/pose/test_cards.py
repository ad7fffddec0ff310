from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from runform_live import config, resources
from runform_live.errors import BadInput
from runform_live.pose import cards
from runform_live.pose.look import LandmarkNetwork
from runform_live.pose.networks import Network, open_session
from runform_live.pose.regions import Region


def copied(tmp_path: Path) -> Path:
    """A models folder of our own that a test may damage."""
    target = tmp_path / "models" / "blazepose"
    target.mkdir(parents=True)
    source = resources.folder("models") / "blazepose"
    for name in ("card.toml", "landmark_lite.onnx"):
        shutil.copy(source / name, target / name)
    return tmp_path / "models"


def lite(folder: Path) -> cards.Card:
    return next(card for card in cards.read_cards(folder) if card.network.name == "blazepose-lite")


def test_every_shipped_file_fits_its_card_and_runs() -> None:
    for card in cards.shipped():
        network = Network(card)
        outputs = network.run(network.prepare(np.zeros((50, 60, 3), np.uint8), Region(30, 25, 60)))
        assert all(np.isfinite(values).all() for values in outputs.values())
        assert card.licence


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "blazepose" / "landmark_lite.onnx"
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(BadInput, match="not the one that its card names .*install it again"):
        open_session(lite(folder))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "blazepose" / "landmark_lite.onnx").unlink()
    with pytest.raises(BadInput, match=r"landmark_lite\.onnx cannot be read"):
        LandmarkNetwork(lite(folder))


def test_a_card_with_an_unknown_landmark_or_key_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "blazepose" / "card.toml"
    plain = path.read_text()
    path.write_text(plain.replace("left_hip = 23", "left_hipp = 23", 1))
    with pytest.raises(BadInput, match="unknown landmark 'left_hipp'"):
        cards.read_cards(folder)
    path.write_text(plain.replace('decoder = "blazepose_39"', 'decoder = "blazepose_39"\nspeed = 3', 1))
    with pytest.raises(BadInput, match="speed"):
        cards.read_cards(folder)


def test_an_unknown_network_lists_those_there_are() -> None:
    with pytest.raises(BadInput, match="blazepose-full"):
        cards.find("resnet", "landmarks")
    assert cards.find(config.load().pose.network, "landmarks").network.task == "landmarks"


def test_a_new_network_is_a_new_folder(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    shutil.copytree(folder / "blazepose", folder / "mine")
    card = folder / "mine" / "card.toml"
    card.write_text(card.read_text().replace('name = "blazepose-lite"', 'name = "my-lite"'))
    assert "my-lite" in {c.network.name for c in cards.read_cards(folder)}
