from runform_live import texts
from runform_live.dashboard import ticks

ENGLISH, GERMAN = (texts.load(language)[0] for language in ("en", "de"))


def test_an_axis_of_a_short_run_is_labelled_as_its_language_writes_numbers() -> None:
    assert [label for label, _ in ticks.labelled(0.0, 0.5, GERMAN)] == ["0,0", "0,1", "0,2", "0,3", "0,4", "0,5"]
    assert [label for label, _ in ticks.labelled(0.0, 0.5, ENGLISH)] == ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]


def test_whole_steps_have_no_decimals() -> None:
    assert ticks.labelled(-2.0, 14.0, GERMAN) == (("-2", -2.0), ("0", 0.0), ("2", 2.0), ("4", 4.0), ("6", 6.0), ("8", 8.0), ("10", 10.0), ("12", 12.0), ("14", 14.0))  # fmt: skip


def test_an_axis_of_no_length_has_no_ticks() -> None:
    assert ticks.values(3.0, 3.0) == [] and ticks.labelled(3.0, 3.0, ENGLISH) == ()


def test_zero_has_no_sign() -> None:
    assert ("0", 0.0) in ticks.labelled(-7.0, 7.0, ENGLISH)
