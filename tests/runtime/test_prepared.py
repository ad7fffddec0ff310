"""Processes that load while nobody knows yet what is to be run."""

from __future__ import annotations

import psutil
import pytest

from runform_live import portable
from runform_live.runtime import seed
from runform_live.runtime.prepared import Prepared
from tests.running import wait_until

grows = pytest.mark.skipif(not seed.can_grow(), reason="stages grow from one process on Linux alone")


@pytest.fixture(params=["grown", "spawned"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the system starts them: by a fork of one that has loaded already, or each anew, as with the portable switch."""
    if request.param == "spawned":
        monkeypatch.setenv(portable.SWITCH, "1")
    elif not seed.can_grow():
        pytest.skip("stages grow from one process on Linux alone")
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_one_that_nobody_needs_ends_with_its_pipe() -> None:
    prepared = Prepared(("coach",))
    child = prepared.take("coach")
    assert child.alive
    child.close_pipe()
    child.wait(60)
    assert not child.alive
    prepared.close()


@pytest.mark.usefixtures("way")
def test_those_that_were_not_taken_are_ended() -> None:
    before = len(psutil.Process().children(recursive=True))
    prepared = Prepared(("coach", "gait"))
    prepared.close()
    assert wait_until(lambda: len(psutil.Process().children(recursive=True)) == before, 10)


@pytest.mark.usefixtures("way")
def test_one_that_died_is_replaced_by_another() -> None:
    prepared = Prepared(("coach",))
    first = prepared.take("coach")
    assert wait_until(lambda: first.pid > 0, 60)
    first.kill()
    first.wait(10)
    assert not first.alive
    second = prepared.take("coach")
    assert second.alive and wait_until(lambda: second.pid not in (0, first.pid), 60)
    second.kill()
    second.wait(10)
    prepared.close()


@grows
def test_where_the_process_from_which_they_grow_is_killed_they_live_on_and_the_next_ones_start_anew() -> None:
    own = psutil.Process()
    before = {child.pid for child in own.children()}
    prepared = Prepared(("coach",))
    child = prepared.take("coach")
    assert wait_until(lambda: child.pid > 0, 60)
    (from_which,) = (each for each in own.children() if each.pid not in before)
    from_which.kill()
    from_which.wait(10)
    assert child.alive
    other = prepared.take("gait")
    assert other.alive and other.pid in {each.pid for each in own.children()}
    for each in (child, other):
        each.kill()
        each.wait(10)
        assert not each.alive
    prepared.close()


@grows
def test_where_it_is_killed_before_a_stage_has_grown_that_stage_counts_as_dead() -> None:
    own = psutil.Process()
    before = {child.pid for child in own.children()}
    prepared = Prepared(())
    (from_which,) = (each for each in own.children() if each.pid not in before)
    from_which.suspend()
    child = prepared.take("coach")
    assert child.alive and child.pid == 0
    from_which.kill()
    assert wait_until(lambda: not child.alive, 10)
    child.kill()
    child.wait(1)
    child.close_pipe()
    prepared.close()


@grows
def test_what_has_grown_lives_on_after_the_close_of_that_from_which_it_grew_and_that_had_one_thread() -> None:
    own = psutil.Process()
    before = {child.pid for child in own.children()}
    prepared = Prepared(("coach",))
    (from_which,) = (each for each in own.children() if each.pid not in before)
    child = prepared.take("coach")
    assert wait_until(lambda: child.pid > 0, 60)
    assert len(from_which.threads()) == 1  # a fork takes none of the others along
    prepared.close()
    assert not from_which.is_running()
    assert child.alive
    child.close_pipe()
    child.wait(60)
    assert not child.alive
