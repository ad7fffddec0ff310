"""Notes between the thread of the callbacks and the thread that draws."""

from __future__ import annotations

import threading

from runform_live.dashboard.notes import Notes


def test_notes_of_another_thread_are_done_in_their_order_by_who_takes_them() -> None:
    notes, done = Notes(), []
    other = threading.Thread(
        target=lambda: [notes.add(lambda k=k: done.append((k, threading.get_ident()))) for k in range(1000)]
    )
    other.start()
    other.join()
    assert done == [], "nothing is done before"
    for note in notes.take():
        note()
    assert done == [(k, threading.get_ident()) for k in range(1000)]
    assert list(notes.take()) == []


def test_what_a_note_puts_waits_for_the_next_time() -> None:
    notes, done = Notes(), []

    def once_more() -> None:
        done.append(len(done))
        notes.add(once_more)

    notes.add(once_more)
    for _ in range(3):
        for note in notes.take():
            note()
    assert done == [0, 1, 2]
