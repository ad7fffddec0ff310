"""The key of this computer and the keys of those that it knows: kept privately and whole; each mistake is one line."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zmq

from runform_live.cli.main import main
from runform_live.errors import BadInput
from runform_live.runtime import peers
from runform_live.session.lock import FolderLock


def line(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line in which the command refuses these words."""
    capsys.readouterr()
    assert main(["keys", *words]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1
    return told.err


def new_key() -> str:
    return zmq.curve_keypair()[0].decode()


def test_the_line_that_show_prints_is_what_the_other_computer_takes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert main(["keys", "new", "treadmill"]) == 0
    printed = capsys.readouterr().out.splitlines()[-1].split()
    public = peers.own().public
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert printed[:3] == ["runform", "keys", "allow"]
    assert main(printed[1:]) == 0
    assert peers.known() == {"treadmill": public}
    capsys.readouterr()
    assert main(["keys", "list"]) == 0
    assert capsys.readouterr().out.split() == ["treadmill", printed[-1]]
    assert main(["keys", "remove", "treadmill"]) == 0
    assert peers.known() == {}


@pytest.mark.parametrize("number", range(20))
def test_a_key_is_spelled_for_every_shell_and_read_back(number: int) -> None:
    key = new_key()
    text = peers.spelled(key)
    assert text.replace("-", "").isalnum() and text.isascii()
    assert peers.read_key(text) == peers.read_key(text.upper().replace("-", " ")) == key


def test_each_letter_that_is_wrong_is_found() -> None:
    text = peers.spelled(new_key())
    for at, letter in enumerate(text):
        if letter != "-":
            other = text[:at] + ("a" if letter != "a" else "b") + text[at + 1 :]
            with pytest.raises(BadInput, match="mistake"):
                peers.read_key(other)


@pytest.mark.parametrize("text", ["", "abc", "!" * 56, "a" * 57, "ä" * 56, "0" * 56])
def test_what_is_no_key_is_one_line(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert "runform keys show" in line(capsys, "allow", "camera", text)
    assert peers.known() == {}


@pytest.mark.parametrize("name", ["", "a b", "a@b", "a:1", "../x", "-", "x" * 33, "ä", "a\n"])
def test_a_name_that_would_not_fit_into_an_address_is_one_line(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert "no name for a computer" in line(capsys, "allow", "--", name, peers.spelled(new_key()))
    assert "no name for a computer" in line(capsys, "new", "--", name)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_the_files_are_their_owners_alone_whatever_the_umask() -> None:
    before = os.umask(0)
    try:
        peers.make_own("laptop")
        peers.allow("camera", new_key())
    finally:
        os.umask(before)
    assert peers.folder().stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in peers.folder().iterdir()} == {
        "own.json": 0o600, "known.json": 0o600
    }  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_secret_that_others_may_read_is_not_used(capsys: pytest.CaptureFixture[str]) -> None:
    peers.make_own("laptop")
    (peers.folder() / peers.OWN).chmod(0o640)
    assert "chmod 600" in line(capsys, "show")


def test_a_second_pair_is_made_only_when_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "runform keys new NAME" in line(capsys, "show")
    first = peers.make_own("laptop")
    assert "--again" in line(capsys, "new", "laptop")
    assert peers.own() == first
    assert main(["keys", "new", "desk", "--again"]) == 0
    assert peers.own().name == "desk" and peers.own().public != first.public


def test_a_name_or_a_key_never_means_two_computers(capsys: pytest.CaptureFixture[str]) -> None:
    key, other = new_key(), new_key()
    peers.allow("camera", key)
    peers.allow("camera", key)
    assert "another key" in line(capsys, "allow", "camera", peers.spelled(other))
    assert "known as camera" in line(capsys, "allow", "second", peers.spelled(key))
    assert peers.known() == {"camera": key}
    assert "runform keys list" in line(capsys, "remove", "second")
    with pytest.raises(BadInput, match="runform keys show"):
        peers.key_of("second")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"computers": {"camera": "short"}}', b'{"computers": {"a@b": "' + b"0" * 40 + b'"}}',
     b'{"computers": {"camera": "' + b'~' * 40 + b'"}}', b'{"computers": {}, "more": 1}', b"\xff\xfe", b"[" * 60000],
)  # fmt: skip
def test_a_damaged_file_lets_nobody_in(capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    key = new_key()
    peers.allow("camera", key)
    allowed = peers.Allowed()
    assert allowed.name_of(key) == "camera"
    (peers.folder() / peers.KNOWN).write_bytes(content)
    assert allowed.name_of(key) is None
    assert "damaged" in line(capsys, "list")
    (peers.folder() / peers.OWN).write_bytes(content)
    (peers.folder() / peers.OWN).chmod(0o600)
    assert "damaged" in line(capsys, "show")


def test_a_pair_whose_halves_do_not_belong_together_is_damaged(capsys: pytest.CaptureFixture[str]) -> None:
    own = peers.make_own("laptop")
    path = peers.folder() / peers.OWN
    path.write_text(path.read_text().replace(own.public, new_key()))
    assert "damaged" in line(capsys, "show")


def test_who_is_allowed_or_removed_meanwhile_is_known_at_once() -> None:
    allowed, key = peers.Allowed(), new_key()
    assert allowed.name_of(key) is None
    peers.allow("camera", key)
    assert allowed.name_of(key) == "camera"
    peers.remove("camera")
    assert allowed.name_of(key) is None


def test_of_many_commands_at_once_none_takes_back_what_another_did() -> None:
    for number in range(8):
        peers.allow(f"old-{number}", new_key())
    together = threading.Barrier(16)

    def add(number: int) -> None:
        together.wait()
        peers.allow(f"new-{number}", new_key())

    def take(number: int) -> None:
        together.wait()
        peers.remove(f"old-{number}")

    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(act, number) for act in (add, take) for number in range(8)]:
            done.result()
    assert set(peers.known()) == {f"new-{number}" for number in range(8)}


def test_who_waits_too_long_for_another_command_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    peers.make_own("laptop")
    monkeypatch.setattr(peers, "WAIT_S", 0.0)
    other = FolderLock(peers.folder(), peers.LOCK)
    assert other.take()
    assert "another `runform keys`" in line(capsys, "allow", "camera", peers.spelled(new_key()))
    other.release()
    assert main(["keys", "allow", "camera", peers.spelled(new_key())]) == 0
    assert list(peers.known()) == ["camera"]
