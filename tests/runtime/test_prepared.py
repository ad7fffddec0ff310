"""Processes that load while nobody knows yet what is to be run."""

from __future__ import annotations

import psutil
import pytest

from runform_live import portable
from runform_live.runtime import seed
from runform_live.runtime.prepared import Prepared
from tests.running import left_over, wait_until

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
    assert wait_until(lambda: not child.alive, 60)
    prepared.close()


def known_here() -> set[int]:
    return {each.pid for each in psutil.Process().children(recursive=True)}


def started_here(known: set[int]) -> list[psutil.Process]:
    return [each for each in psutil.Process().children(recursive=True) if each.pid not in known]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("loaded", [True, False])
def test_those_that_were_not_taken_are_ended(loaded: bool) -> None:
    before = known_here()
    prepared = Prepared(("coach", "gait"))
    if loaded:
        assert wait_until(lambda: len(started_here(before)) >= 2 + seed.can_grow(), 60)
    started = started_here(before)
    prepared.close()
    assert wait_until(
        lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in started), 10
    )
    assert left_over() == []


@pytest.mark.usefixtures("way")
def test_one_that_died_while_it_waited_is_replaced_by_another() -> None:
    before = known_here()
    prepared = Prepared(("coach",))
    assert wait_until(lambda: len(started_here(before)) == 1 + seed.can_grow(), 60)
    died = started_here(before)[-1]
    died.kill()
    assert wait_until(lambda: not died.is_running() or died.status() == psutil.STATUS_ZOMBIE, 10)
    child = prepared.take("coach")
    assert wait_until(lambda: child.pid > 0, 60)
    if child.pid == died.pid:  # it was killed before the seed had said who it is; that is seen by now
        assert wait_until(lambda: not child.alive, 10)
        child = prepared.take("coach")
    assert child.alive and wait_until(lambda: child.pid not in (0, died.pid), 60)
    child.kill()
    child.wait(10)
    assert not child.alive
    prepared.close()


@grows
def test_where_the_seed_is_killed_its_stages_live_on_and_the_next_ones_start_anew() -> None:
    before = known_here()
    prepared = Prepared(("coach",))
    child = prepared.take("coach")
    assert wait_until(lambda: child.pid > 0, 60)
    the_seed = started_here(before)[0]
    the_seed.kill()
    the_seed.wait(10)
    assert child.alive
    other = prepared.take("gait")
    assert other.alive and other.pid in {each.pid for each in psutil.Process().children()}
    for each in (child, other):
        each.kill()
        each.wait(10)
        assert not each.alive
    prepared.close()


@grows
def test_where_the_seed_is_killed_before_a_stage_has_grown_that_stage_counts_as_dead() -> None:
    before = known_here()
    prepared = Prepared(())
    the_seed = started_here(before)[0]
    the_seed.suspend()
    child = prepared.take("coach")
    assert child.alive and child.pid == 0
    the_seed.kill()
    assert wait_until(lambda: not child.alive, 10)
    child.kill()
    child.wait(1)
    child.close_pipe()
    prepared.close()


@grows
def test_a_seed_has_one_thread_and_its_stage_lives_on_after_it_is_closed() -> None:
    before = known_here()
    prepared = Prepared(("coach",))
    the_seed = started_here(before)[0]
    child = prepared.take("coach")
    assert wait_until(lambda: child.pid > 0, 60)
    assert len(the_seed.threads()) == 1  # a fork takes none of the others along
    prepared.close()
    assert not the_seed.is_running()
    assert child.alive
    child.close_pipe()
    assert wait_until(lambda: not child.alive, 60)
