"""Sealed sessions: read as plain ones are, never lost, and never sealed while somebody writes them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from runform_live.encryption import keys, plain_copies
from runform_live.errors import BadInput
from runform_live.session import events, lock, outputs, pain, sealed
from runform_live.session.making import HIDDEN, Making, sweep
from runform_live.session.pictures import find
from runform_live.session.reader import read
from runform_live.session.seal_mark import MARK
from tests.encryption.makers import WORDS, encrypted, finished, names, put_pair, sealed_session
from tests.session.test_reader import begun, contents

assert encrypted  # a fixture
pytestmark = pytest.mark.usefixtures("encrypted")

SEALED = {"session.json.age", "summary.json.age", "stances.csv.age", "events.jsonl.age", "poses.parquet.age", "video.mkv.age"}  # fmt: skip


def test_a_session_is_plain_while_it_is_written_and_sealed_when_it_is_over(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    record = begun(folder)
    assert sealed.seal_waiting(tmp_path) == sealed.Done(0, 1)
    assert not sealed.is_sealed(folder) and MARK in names(folder)
    record.finish("stopped")
    assert sealed.seal_waiting(tmp_path) == sealed.Done(1, 0)
    assert names(folder) == SEALED
    assert all(path.read_bytes().startswith(b"age-encryption.org/v1\n") for path in folder.iterdir())


def test_a_session_whose_report_is_awaited_stays_plain(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    with lock.reported(folder):
        assert sealed.seal_waiting(tmp_path) == sealed.Done(0, 1)
        assert read(folder).info.ended == "stopped"
    assert sealed.seal_waiting(tmp_path) == sealed.Done(1, 0)
    assert names(tmp_path) == {"run"}


def test_a_finished_session_without_its_name_stays_plain_until_it_has_it(tmp_path: Path) -> None:
    finished(tmp_path / f"{HIDDEN}1")
    assert sealed.seal_waiting(tmp_path) == sealed.Done(0, 1)
    sweep(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert not folder.name.startswith(HIDDEN) and len(read(folder).stances) == 20
    assert sealed.seal_waiting(tmp_path) == sealed.Done(1, 0)


def test_a_hidden_session_is_sealed_if_it_was_broken_off_and_nobody_makes_it(tmp_path: Path) -> None:
    making = Making(tmp_path, "1", "a")
    with making.held():
        begun(making.begin()).abandon()
        assert sealed.seal_waiting(tmp_path) == sealed.Done(0, 1)
    assert sealed.seal_waiting(tmp_path) == sealed.Done(1, 0)
    sweep(tmp_path)
    assert sealed.is_sealed(making.folder), "nobody can tell what it is, so it stays"
    assert names(tmp_path) == {making.folder.name}


def test_sealing_needs_no_passphrase_and_reading_does(tmp_path: Path) -> None:
    folder = sealed_session(tmp_path / "run")
    with pytest.raises(keys.Locked, match="^locked: give the passphrase"):
        read(folder)


def test_a_sealed_session_is_read_as_the_plain_one(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    plain = read(folder)
    shown = find(plain).pictures
    poses, picture = plain.poses(), shown.at(1.0) if shown else None
    assert sealed.seal(folder)
    keys.unlock(WORDS)
    again = read(folder)
    assert again == plain
    assert again.poses().equals(poses)
    pictures = find(again).pictures
    assert pictures is not None
    seen = pictures.at(1.0)
    pictures.close()
    assert picture is not None and seen is not None and (seen == picture).all()


def test_a_session_that_was_cut_off_is_completed_and_then_sealed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    begun(folder).abandon()
    assert sealed.seal_waiting(tmp_path) == sealed.Done(1, 0)
    assert names(folder) == SEALED
    keys.unlock(WORDS)
    assert read(folder).info.ended == "interrupted"


def test_sessions_of_before_stay_plain_until_somebody_asks(tmp_path: Path) -> None:
    keys.turn_off()
    folder = finished(tmp_path / "run")
    put_pair()
    assert sealed.seal_waiting(tmp_path) == sealed.Done(0, 0)
    assert read(folder).info.ended == "stopped"
    assert sealed.seal_all([folder]) == sealed.Done(1, 0)
    assert names(folder) == SEALED


def test_unsealing_gives_back_every_byte(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    (folder / MARK).unlink()
    before = contents(folder)
    assert sealed.seal(folder)
    keys.unlock(WORDS)
    assert sealed.unseal_all([folder]) == sealed.Done(1, 0)
    assert contents(folder) == before


def test_notes_and_pain_scores_of_a_sealed_session_are_never_plain(tmp_path: Path) -> None:
    folder = sealed_session(tmp_path / "run")
    keys.unlock(WORDS)
    events.add(folder, "note", 1.5, "a limp")
    pain.set_after(folder, 3)
    assert names(folder) == SEALED
    session = read(folder)
    assert session.events[-1]["text"] == "a limp" and session.pain.after == 3


def test_a_report_that_was_asked_for_is_plain_until_the_next_start(tmp_path: Path) -> None:
    folder = sealed_session(tmp_path / "run")
    outputs.write(folder / "report.html", b"page")
    assert (folder / "report.html").read_bytes() == b"page"
    with pytest.raises(BadInput, match="is a file of a session"):
        outputs.refuse_kept(folder / "session.json.age")
    assert sealed.seal_waiting(tmp_path) == sealed.Done(1, 0)
    assert names(folder) == SEALED | {"report.html.age"}


def test_what_a_killed_report_left_goes_once_it_is_surely_nobodys(tmp_path: Path) -> None:
    folder = sealed_session(tmp_path / "run")
    with outputs.replacing(folder / "report.html") as scratch:
        scratch.write_bytes(b"page")
        assert MARK in names(folder), "it is not forgotten where this program is killed now"
        left = Path(shutil.copy(scratch, f"{scratch}0"))
    assert sealed.seal_waiting(tmp_path) == sealed.Done(1, 0)
    assert names(folder) == SEALED | {"report.html.age", left.name, MARK}, "somebody may still write it"
    os.utime(left, (0.0, 0.0))
    assert sealed.seal_waiting(tmp_path) == sealed.Done(1, 0)
    assert names(folder) == SEALED | {"report.html.age"}


def test_what_a_killed_seal_left_among_the_pictures_goes(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "0001.jpg").write_bytes(b"picture")
    (folder / "pictures" / ".0001.jpg.age.0123abcd").write_bytes(b"half")
    assert sealed.seal(folder)
    assert names(folder / "pictures") == {"0001.jpg.age"}


def test_what_else_a_person_put_there_stays_as_it_is(tmp_path: Path) -> None:
    folder = finished(tmp_path / "run")
    (folder / "notes.txt").write_text("mine")
    assert sealed.seal(folder)
    assert names(folder) == SEALED | {"notes.txt"}


def test_a_sealed_session_on_a_computer_without_the_key_is_locked(tmp_path: Path) -> None:
    folder = sealed_session(tmp_path / "run")
    shutil.rmtree(keys.folder())
    with pytest.raises(keys.Locked, match="this computer has no key for it"):
        read(folder)
    keys.turn_on("the words of another computer")
    with pytest.raises(keys.Locked, match="was sealed with the key of another computer"):
        read(folder)


def test_a_plain_copy_of_a_film_is_private_and_gone_with_its_last_user(tmp_path: Path) -> None:
    folder = sealed_session(tmp_path / "run")
    keys.unlock(WORDS)
    one, other = (plain_copies.take(folder / "video.mkv") for _ in range(2))
    assert one == other and one.parent.name.startswith("runform-plain-")
    if os.name != "nt":
        assert one.stat().st_mode & 0o077 == 0 and one.parent.stat().st_mode & 0o077 == 0
    plain_copies.release(one)
    assert one.exists()
    plain_copies.release(one)
    assert not one.exists()


def test_copies_of_a_killed_process_are_removed_at_the_next_start_and_those_of_a_living_one_stay(
    tmp_path: Path,
) -> None:
    folder = sealed_session(tmp_path / "run")
    keys.unlock(WORDS)
    mine = plain_copies.take(folder / "video.mkv")
    killed = plain_copies.places()[0] / f"runform-plain-{'0' * 16}"
    killed.mkdir()
    (killed / plain_copies.LOCK).touch()
    (killed / "video.mkv").touch()
    plain_copies.remove_stale()
    assert mine.exists() and not killed.exists()


STEPS = textwrap.dedent("""
    import os, pathlib, shutil, signal, sys
    from runform_live.encryption import keys
    from runform_live.session import sealed

    what, origin, place, words = sys.argv[1:5]
    if what == "unseal":
        keys.unlock(words)
    step, of = 0, {"open", "os.rename", "os.remove"}
    while True:
        folder = pathlib.Path(place) / f"{step:03d}"
        shutil.copytree(origin, folder)
        child = os.fork()
        if child == 0:
            count = 0
            def hook(event, details):
                global count
                if event in of and str(folder) in str(details[0]):
                    if count == step:
                        os.kill(os.getpid(), signal.SIGKILL)
                    count += 1
            sys.addaudithook(hook)
            (sealed.seal if what == "seal" else sealed.unseal)(folder)
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            break
        step += 1
    print(step)
""")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.parametrize("what", ["seal", "unseal"])
def test_a_kill_at_any_step_loses_nothing(tmp_path: Path, what: str) -> None:
    folder = finished(tmp_path / "run")
    (folder / MARK).unlink()
    plain, before = read(folder), contents(folder)
    if what == "unseal":
        assert sealed.seal(folder)
    (tmp_path / "killed").mkdir()
    words = [sys.executable, "-c", STEPS, what, str(folder), str(tmp_path / "killed"), WORDS]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 4 * len(before), "each file is opened, renamed and removed"
    keys.unlock(WORDS)
    for place in sorted((tmp_path / "killed").iterdir()):
        there = names(place)
        assert all(name in there or f"{name}.age" in there for name in before), place.name
        again = read(place)
        assert (again.info, again.stances, again.events, again.summary) == (
            plain.info,
            plain.stances,
            plain.events,
            plain.summary,
        )
        assert sealed.seal(place), place.name
        assert {name for name in names(place) if not name.endswith(".lock")} == SEALED, place.name
        assert sealed.unseal(place)
        assert contents(place) == before, place.name


@pytest.mark.slow
def test_two_processes_seal_the_same_sessions_at_once_and_one_reads_meanwhile(tmp_path: Path) -> None:
    folders = [finished(tmp_path / f"run-{number}") for number in range(4)]
    keys.unlock(WORDS)
    code = "import sys, pathlib; from runform_live.session import sealed; print(len(sealed.seal_waiting(pathlib.Path(sys.argv[1])).troubles))"
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    while any(one.poll() is None for one in both):
        for folder in folders:
            assert len(read(folder).stances) == 20
    assert [one.communicate()[0].strip() for one in both] == ["0", "0"]
    assert [names(folder) for folder in folders] == [SEALED] * 4


def test_a_disk_that_refuses_leaves_the_plain_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = finished(tmp_path / "run")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    done = sealed.seal_waiting(tmp_path)
    assert done.changed == 0 and "No space left" in done.troubles[0]
    monkeypatch.undo()
    assert names(folder) >= {"session.json", "video.mkv", MARK}
    assert not [name for name in names(folder) if ".age" in name]
