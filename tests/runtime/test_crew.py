"""Threads that share out the work of an analysis."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterator

import pytest

from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.config import load
from runform_live.errors import BadInput
from runform_live.messages import Frame
from runform_live.pose.open import open_estimator
from runform_live.runtime.crew import Crew, ahead
from runform_live.runtime.offline import Analysis

PATIENCE_S = 60.0


class Meeting:
    """Work whose pieces wait for one another: they end only where different threads do them at the same time."""

    def __init__(self, pieces: int) -> None:
        self._together = threading.Barrier(pieces, timeout=PATIENCE_S)

    def __call__(self, piece: int) -> tuple[int, str]:
        self._together.wait()
        return piece, threading.current_thread().name


def test_what_nobody_else_does_is_done_by_who_offers_it() -> None:
    assert Crew().do(lambda piece: piece * piece, [1, 2, 3]) == [1, 4, 9]


def test_the_fault_of_a_piece_reaches_who_offers_it_once_all_are_done() -> None:
    done = []

    def work(piece: int) -> None:
        done.append(piece)
        if piece == 2:
            raise BadInput("broken")

    with pytest.raises(BadInput, match="broken"):
        Crew().do(work, [1, 2, 3])
    assert done == [1, 2, 3]


def test_helpers_do_pieces_at_the_same_time() -> None:
    with contextlib.closing(Crew(helpers=2)) as crew:
        done = crew.do(Meeting(3), [1, 2, 3])
    assert [piece for piece, _ in done] == [1, 2, 3] and len({name for _, name in done}) == 3


def test_who_waits_for_an_item_does_what_its_maker_offers() -> None:
    crew = Crew()

    def items() -> Iterator[list[tuple[int, str]]]:
        yield crew.do(Meeting(2), [1, 2])

    with contextlib.closing(ahead(items(), crew)) as found:
        (first, second) = next(found)
    assert second == (2, threading.current_thread().name) and first[1] != second[1]


def test_who_waits_for_room_does_what_the_caller_offers() -> None:
    crew = Crew()
    with contextlib.closing(ahead(itertools.count(), crew, most=1)) as numbers:
        assert next(numbers) == 0
        done = crew.do(Meeting(2), [1, 2])
    assert len({name for _, name in done}) == 2


def test_items_made_ahead_come_in_their_order_whoever_makes_them() -> None:
    with contextlib.closing(Crew(helpers=2)) as crew:
        assert list(crew.made_ahead(range(100))) == list(range(100))
    assert list(Crew().made_ahead(range(5))) == list(range(5))


def test_the_fault_of_a_maker_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise BadInput("broken")

    made = Crew().made_ahead(items())
    assert [next(made) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(BadInput, match="broken"):
        next(made)


def test_nothing_is_made_once_it_is_closed() -> None:
    given = []

    def items() -> Iterator[int]:
        for number in itertools.count():
            given.append(number)
            yield number

    with contextlib.closing(Crew(helpers=1)) as crew:
        made = crew.made_ahead(items(), most=2)
        assert next(made) == 0
        made.close()
        before = len(given)
        with pytest.raises(StopIteration):
            next(made)
    assert len(given) == before <= 4


@pytest.mark.parametrize("threads", [1, 2])
def test_shared_out_work_measures_what_one_thread_measures(threads: int) -> None:
    settings = load().with_threads(threads)
    estimator = open_estimator(settings.pose)
    with contextlib.closing(iter(Analysis(str(DEMO), settings))) as shared:
        for number, (time_s, picture) in enumerate(itertools.islice(Video(str(DEMO)), 25), start=1):
            pose, landmarks = estimator.see(picture, Frame.of(picture, number, time_s))
            other_pose, other_landmarks = next(shared)
            assert repr(other_pose) == repr(pose) and other_landmarks.tobytes() == landmarks.tobytes()


def test_a_caller_that_is_broken_off_within_the_work_of_another_thread_still_ends() -> None:
    ended = threading.Event()

    def caller() -> None:
        with contextlib.closing(Crew()) as crew, contextlib.closing(crew.made_ahead(itertools.count())) as made:
            with crew.changed:
                assert made.claimed() is not None  # Ctrl-C comes here: what was taken is never done
            found = ahead(itertools.chain([-1], made), crew)
            assert next(found) == -1
            found.close()
        ended.set()

    threading.Thread(target=caller, daemon=True).start()
    assert ended.wait(20.0)


def test_an_interrupt_in_the_work_of_another_thread_reaches_the_thread_that_was_interrupted() -> None:
    def items() -> Iterator[int]:
        yield 0
        raise KeyboardInterrupt

    made = Crew().made_ahead(items())
    assert next(made) == 0
    with pytest.raises(KeyboardInterrupt):
        made.make_one()
    made.close()
