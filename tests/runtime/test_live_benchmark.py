"""The figures of a live run, as another program reads them."""

from __future__ import annotations

from runform_live.runtime.live_benchmark import Live, figures


def found(window_hz: float | None, memory_mib: list[tuple[float, float]]) -> Live:
    latency_ms = None if window_hz is None else (50.0, 90.0)
    return Live(13.0, window_hz, latency_ms, 390, 390, 0, 2, 0, memory_mib, resident_mib=990.0)


def test_memory_counts_once_all_is_loaded_and_is_told_beside_the_sum_of_sizes() -> None:
    told = {figure.name: figure.median for figure in figures(found(30.0, [(2.0, 900.0), (6.0, 700.0), (8.0, 710.0)]))}
    assert told["live: memory, shared pages once"] == 710.0
    assert told["live: memory, sum of resident sizes"] == 990.0


def test_what_was_not_measured_is_no_figure() -> None:
    told = [figure.name for figure in figures(found(None, []))]
    assert told == ["live: frames not measured"]


def test_each_figure_is_held_against_its_bar() -> None:
    met = {figure.name: figure.met for figure in figures(found(29.0, [(6.0, 590.0)]))}
    assert met["live: frames not measured"] is False
    assert met["live: window"] is False
    assert met["live: frame stamp to screen, p95"] is True
    assert met["live: memory, shared pages once"] is True
