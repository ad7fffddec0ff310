"""Numbers on the command line have their ranges."""

from __future__ import annotations

import pytest

from runform_live.cli.main import main, parser


@pytest.mark.parametrize("word", ["0", "41", "-3", "nan", "inf", "fast", ""])
@pytest.mark.parametrize(
    ("words", "option", "ends"), [(["analyze", "a.mp4"], "--slowed", "1 and 40"), (["bench"], "--soak", "0.1 and 1440")]
)
def test_a_number_out_of_its_range_is_one_line_and_bad_input(
    capsys: pytest.CaptureFixture[str], words: list[str], option: str, ends: str, word: str
) -> None:
    if (option, word) == ("--soak", "41"):
        word = "1441"
    with pytest.raises(SystemExit) as ended:
        main([*words, f"{option}={word}"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"runform: {option} is {word!r}; it must be between {ends}\n"


OFFLINE = ("--workers", "--beside=python")


def test_both_ends_and_the_default_are_taken() -> None:
    assert parser().parse_args(["analyze", "a.mp4"]).slowed == 1.0
    assert [parser().parse_args(["analyze", "a.mp4", "--slowed", end]).slowed for end in ("1", "40")] == [1.0, 40.0]
    assert parser().parse_args(["bench"]).soak is None


@pytest.mark.parametrize(
    ("alone", "offline"),
    [(alone, offline) for alone in ("--clinic", "--report", "--sound", "--live", "--soak=1") for offline in OFFLINE]
    + [(alone, "--json") for alone in ("--clinic", "--report", "--sound", "--soak=1")],
)
def test_figures_without_a_live_run_are_measured_in_a_call_of_their_own(
    capsys: pytest.CaptureFixture[str], alone: str, offline: str
) -> None:
    assert main(["bench", alone, offline]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "calls of their own" in said
