"""Pain before and after a session, and which session of a programme it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runform_live.errors import BadInput
from runform_live.messages import Prescribed
from runform_live.session import lock, pain, schema
from runform_live.session.info_file import read_info
from runform_live.session.lock import FolderLock
from runform_live.session.reader import read
from tests.running import wait_until
from tests.session.test_reader import begun

THIRD = Prescribed("two_weeks", 3, 412.5, "0f0e")


def held(folder: Path, programme: Prescribed | None = THIRD, before: int | None = 2) -> Path:
    with begun(folder) as record:
        record.about.prescribed(programme, before)
        record.finish("stopped")
    return folder


def rewritten(folder: Path, **changes: object) -> None:
    """session.json with other values; ... takes one out."""
    path = folder / schema.SESSION
    info = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({name: value for name, value in info.items() if value is not ...}))


def test_session_json_says_which_session_of_a_programme_it_is_from_the_beginning(tmp_path: Path) -> None:
    with begun(tmp_path) as record:
        record.about.prescribed(THIRD, 2)
        assert wait_until(lambda: read_info(tmp_path).programme is not None, 10)
        assert (read_info(tmp_path).programme, read_info(tmp_path).pain_before) == (THIRD, 2)
        record.finish("stopped")
    session = read(tmp_path)
    assert session.info.programme == THIRD
    assert session.pain == schema.Pain(before=2, after=None)


def test_pain_after_is_added_and_can_be_corrected(tmp_path: Path) -> None:
    before = read(held(tmp_path))
    pain.set_after(tmp_path, 4)
    pain.set_after(tmp_path, 3)
    after = read(tmp_path)
    assert after.pain == schema.Pain(before=2, after=3)
    assert (after.summary, after.stances, after.info.id) == (before.summary, before.stances, before.info.id)
    assert not list(tmp_path.glob(".*"))


def test_pain_after_a_session_that_was_cut_off_completes_it(tmp_path: Path) -> None:
    begun(tmp_path).abandon()
    pain.set_after(tmp_path, 0)
    session = read(tmp_path)
    assert (session.info.ended, session.pain) == ("interrupted", schema.Pain(None, 0))


@pytest.mark.parametrize("score", [-1, 11])
def test_a_score_out_of_range_is_refused(tmp_path: Path, score: int) -> None:
    with pytest.raises(BadInput, match=f"the pain score is {score}; it must be a whole number from 0"):
        pain.set_after(held(tmp_path), score)
    assert read(tmp_path).pain.after is None


@pytest.mark.parametrize("name", [lock.RUN, lock.WRITE])
def test_a_session_that_is_still_written_is_refused(tmp_path: Path, name: str) -> None:
    running = FolderLock(held(tmp_path), name)
    running.take()
    with pytest.raises(BadInput, match="is still written; give the pain score when the run has ended"):
        pain.set_after(tmp_path, 3)
    running.release()


def test_a_folder_without_a_session_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not a session folder"):
        pain.set_after(tmp_path, 3)


def test_a_session_of_an_earlier_version_is_a_free_run_without_scores(tmp_path: Path) -> None:
    rewritten(held(tmp_path), schema_version=4, programme=..., pain_before=..., pain_after=...)
    session = read(tmp_path)
    assert (session.info.programme, session.pain) == (None, schema.Pain(None, None))
    pain.set_after(tmp_path, 3)
    assert read(tmp_path).pain.after == 3


@pytest.mark.parametrize(
    "damage",
    [
        {"pain_before": 11}, {"pain_after": -1}, {"pain_after": True}, {"programme": {"programme": "two_weeks", "number": 0}},
        {"programme": {"programme": "../evil", "number": 1}}, {"programme": {"programme": "two_weeks\n", "number": 1}},
        {"programme": {"programme": "two_weeks", "number": 1, "ran_before_s": -1}}, {"programme": "two_weeks"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_damage(tmp_path: Path, damage: dict[str, object]) -> None:
    rewritten(held(tmp_path), **damage)
    with pytest.raises(BadInput, match=r"session.json is damaged"):
        read(tmp_path)
