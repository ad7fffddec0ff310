"""Processes that load while nobody knows yet what is to be run."""

from __future__ import annotations

import psutil

from runform_live.runtime.prepared import Prepared


def test_one_that_nobody_needs_ends_with_its_pipe_and_without_an_error() -> None:
    prepared = Prepared(("coach",))
    process = prepared.take("coach")
    assert process is not None and process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0
    assert prepared.take("coach") is None


def test_those_that_were_not_taken_are_ended() -> None:
    prepared = Prepared(("coach",))
    before = len(psutil.Process().children())
    prepared.close()
    assert len(psutil.Process().children()) == before - 1
    assert prepared.take("coach") is None
