"""The settings: every value has its range, and whatever is wrong is said in one line with its place."""

from __future__ import annotations

import codecs
import datetime
import json
import math
import os
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from runform_live import config, resources
from runform_live.errors import BadInput

# Every setting that is a number, with its ends.
RANGES: dict[tuple[str, ...], tuple[float, float]] = {
    ("capture", "width_px"): (160, 7680),
    ("capture", "height_px"): (120, 4320),
    ("capture", "frame_rate_hz"): (5, 1000),
    ("pose", "threads"): (1, 64),
    ("gait", "rolling_stances"): (2, 100),
    ("gait", "end_after_s"): (0, 86400),
    ("gait", "camera_height_cm"): (0, 300),
    ("coach", "shortest_pause_s"): (0, 3600),
    ("coach", "fewest_stances"): (2, 20),
    ("coach", "summary_every_s"): (1, 7200),
    ("coach", "volume"): (0, 1),
    ("coach", "metronome_percent"): (0, 10),
    ("coach", "baseline_change_deg"): (0, 20),
    ("coach", "targets", "knee_valgus_mid_deg", "low"): (-90, 90),
    ("coach", "targets", "trunk_lean_mid_deg", "high"): (-90, 90),
}
WHOLE = {"width_px", "height_px", "threads", "rolling_stances", "fewest_stances"}
KEYS = [
    *RANGES,
    ("capture",), ("coach",), ("colour",), ("pose", "network"), ("pose", "markers"), ("coach", "mode"), ("coach", "praise"),
    ("coach", "faded_blocks_s"), ("coach", "target_from"), ("coach", "targets"), ("coach", "targets", "hip_drop"),
    ("coach", "targets", "knee_valgus_mid_deg"), ("screen", "language"), ("screen", "guide"), ("record", "folder"),
    ("record", "a\nb"), ("export", "lsl"),
]  # fmt: skip


def toml(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return quoted(value) if isinstance(value, str) else repr(value)


def quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def written(path: Path, place: tuple[str, ...], value: object) -> Path:
    path.write_text(".".join(map(quoted, place)) + f" = {toml(value)}\n", encoding="utf-8")
    return path


def loaded(path: Path) -> tuple[config.Config | None, str]:
    """The settings of a file, or what is said of it."""
    try:
        return config.load(path), ""
    except BadInput as trouble:
        return None, str(trouble)


def refused(path: Path) -> str:
    """What is said of a file of settings."""
    with pytest.raises(BadInput) as trouble:
        config.load(path)
    return str(trouble.value).removeprefix(f"settings {path}: ")


def test_the_defaults_are_complete_and_valid() -> None:
    assert config.load().coach.targets["pelvic_drop_mid_deg"].high == 6.0


def test_a_file_of_ones_own_needs_only_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[coach.targets.pelvic_drop_mid_deg]\nlow = 1.0\nhigh = 4.0\n")
    found = config.load(path)
    assert found.coach.targets["pelvic_drop_mid_deg"] == config.Band(1.0, 4.0)
    assert found.coach.volume == config.load().coach.volume


def test_nobody_has_given_a_limit_so_the_first_minute_is_the_target() -> None:
    assert config.load().coach.target_from == "baseline"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("[coach.targets.pelvic_drop_mid_deg]\nhigh = 4.0\n", "settings"),
        ('[coach]\ntarget_from = "baseline"\n[coach.targets.pelvic_drop_mid_deg]\nhigh = 4.0\n', "baseline"),
        ("[coach]\nvolume = 0.5\n", "baseline"),
        ("[coach.targets]\n", "baseline"),
    ],
    ids=["a limit", "a limit, and another source named", "no limit", "an empty table"],
)
def test_a_limit_in_a_file_of_ones_own_is_in_force_without_saying_so(tmp_path: Path, text: str, source: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    assert config.load(path).coach.target_from == source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[gait]\nrolling_stances = -1\n", "rolling_stances in [gait] is -1; it must be between 2 and 100"),
        ("[pose]\nthreads = 0\n", "threads in [pose] is 0; it must be between 1 and 64"),
        ('[pose]\nthreads = "two"\n', "threads in [pose] is 'two'; it must be a whole number between 1 and 64"),
        ("[pose]\nthreads = 2.5\n", "threads in [pose] is 2.5; it must be a whole number between 1 and 64"),
        ("[coach]\nvolume = 9\n", "volume in [coach] is 9; it must be between 0 and 1"),
        ("[coach]\nvolume = nan\n", "volume in [coach] is nan; it must be between 0 and 1"),
        ("[coach]\nvolume = true\n", "volume in [coach] is true; it must be a number between 0 and 1"),
        ("[coach.volume]\nloud = 1\n", "volume in [coach] is a table; it must be a number between 0 and 1"),
        ("[coach]\nmetronome_percent = 11\n", "metronome_percent in [coach] is 11; it must be between 0 and 10"),
        ("[coach]\npraise = 1\n", "praise in [coach] is 1; it must be true or false"),
        ("[coach]\nsummary_every_s = 0\n", "summary_every_s in [coach] is 0; it must be between 1 and 7200"),
        ("[capture]\nframe_rate_hz = inf\n", "frame_rate_hz in [capture] is inf; it must be between 5 and 1000"),
        ("coach = 3\n", "coach is 3; it must be a table with keys of its own"),
        ("[coach]\ntargets = 5\n", "targets in [coach] is 5; it must be a table with keys of its own"),
        ("[coach.targets]\nknee_valgus_mid_deg = 5\n",
         "knee_valgus_mid_deg in [coach.targets] is 5; it must be a table with keys of its own"),
        ("[coach.targets.knee_valgus_mid_deg]\nhigh = inf\n",
         "high in [coach.targets.knee_valgus_mid_deg] is inf; it must be between -90 and 90"),
        ("[coach.targets.knee_valgus_mid_deg]\nlow = 8.0\n",
         "low in [coach.targets.knee_valgus_mid_deg] is 8; it must be less than high, which is 8"),
        ("[coach.targets.trunk_lean_mid_deg]\n", "[coach.targets.trunk_lean_mid_deg] has no end; give it a low, a high or both"),
        ("[coach]\nfaded_blocks_s = []\n", "faded_blocks_s in [coach] is an empty list; it must be a list of at least 1"),
        ("[coach]\nfaded_blocks_s = [[60, -1]]\n", "faded_blocks_s[0][1] in [coach] is -1; it must be between 0 and 7200"),
        ("[coach]\nfaded_blocks_s = [[60, 0], [1]]\n", "faded_blocks_s[1] in [coach] is a list; it must be a list of 2 values"),
        ("[coach]\nfaded_blocks_s = [[60, 0], [0, 0]]\n",
         "the last pair of faded_blocks_s in [coach] is two zeros; it repeats and must last some seconds"),
        ('[coach]\nmode = "loud"\n',
         'mode in [coach] is \'loud\'; it must be "bandwidth", "constant", "faded", "off" or "summary"'),
        ('[coach]\ntarget_from = 1\n', 'target_from in [coach] is 1; it must be "baseline", "none" or "settings"'),
        ('[screen]\nlanguage = "xx"\n', "language in [screen] is 'xx'; it must be \"de\" or \"en\""),
        ("[record]\nfolder = 2026-01-01\n", "folder in [record] is 2026-01-01; it must be a text in quotes"),
        ("[coach]\nvolumee = 1\n", "unknown key `volumee` in [coach]; configs/defaults.toml shows every key"),
        ("colour = 1\n", "unknown key `colour` at the top; configs/defaults.toml shows every key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_value_and_its_range(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    assert refused(path) == said


def test_an_unknown_network_is_refused_and_those_that_there_are_are_named(tmp_path: Path) -> None:
    said = refused(written(tmp_path / "mine.toml", ("pose", "network"), "none"))
    assert said.startswith("network in [pose] is 'none'; it must be ") and '"frontal"' in said


def test_an_unknown_metric_is_refused_and_those_that_there_are_are_named(tmp_path: Path) -> None:
    said = refused(written(tmp_path / "mine.toml", ("coach", "targets", "hip_drop", "high"), 3.0))
    assert said.startswith("there is no metric 'hip_drop'; known are pelvic_drop_mid_deg")


@pytest.mark.parametrize("text", ["[coach\n", "x = " + "9" * 5000 + "\n", "x = " + "[" * 5000 + "\n", "x = \x00\n"])
def test_what_is_no_toml_is_said_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(BadInput) as trouble:
        config.load(path)
    assert "is not valid TOML" in str(trouble.value) and len(str(trouble.value).splitlines()) == 1


def at(found: object, place: tuple[str, ...]) -> Any:
    for name in place:
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    return found


@pytest.mark.parametrize("place", RANGES, ids=".".join)
def test_a_number_is_taken_up_to_both_ends_and_no_further(tmp_path: Path, place: tuple[str, ...]) -> None:
    path, (low, high) = tmp_path / "mine.toml", RANGES[place]
    for good in (low, high):
        if place[-1] != "low" or good != high:  # the default of high is lower
            assert at(config.load(written(path, place, good)), place) == good
    step = 1 if place[-1] in WHOLE else 0.01
    for bad in (low - step, high + step, math.nan, math.inf, -math.inf):
        assert f"between {low:g} and {high:g}" in refused(written(path, place, bad))


@pytest.mark.parametrize("place", RANGES, ids=".".join)
def test_the_shipped_file_tells_the_range_of_every_number(place: tuple[str, ...]) -> None:
    text = (resources.folder("configs") / "defaults.toml").read_text(encoding="utf-8")
    low, high = (f"{end:g}" for end in RANGES[place])
    lines = [line for line in text.splitlines() if re.match(rf"(# )?({place[-1]} =|A target is)", line)]
    assert any(f"{low} to {high}" in line for line in lines), f"{low} to {high}"


def test_every_number_of_the_settings_has_two_ends() -> None:
    """So that NaN and infinity are refused everywhere."""

    def numbers(kind: msgspec.inspect.Type, place: tuple[str, ...]) -> set[tuple[str, ...]]:
        if isinstance(kind, msgspec.inspect.StructType):
            return set().union(*(numbers(one.type, (*place, one.name)) for one in kind.fields))
        if isinstance(kind, msgspec.inspect.UnionType):
            return set().union(*(numbers(one, place) for one in kind.types))
        if isinstance(kind, msgspec.inspect.DictType):
            return numbers(kind.value_type, (*place, "*"))
        if isinstance(kind, msgspec.inspect.ListType):
            return numbers(kind.item_type, place)
        if isinstance(kind, msgspec.inspect.TupleType):
            return set().union(*(numbers(one, place) for one in kind.item_types))
        if not isinstance(kind, msgspec.inspect.IntType | msgspec.inspect.FloatType):
            return set()
        assert kind.ge is not None and kind.le is not None, place
        return {place}

    ends = {(*place[:2], "*", place[-1]) if "targets" in place else place for place in RANGES}
    assert numbers(msgspec.inspect.type_info(config.Config), ()) == ends | {("coach", "faded_blocks_s")}


VALUES = st.recursive(
    st.none().map(lambda _: {})
    | st.booleans()
    | st.integers()
    | st.integers(-2, 200)
    | st.floats()
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=80)
    | st.sampled_from(["en", "faded", "frontal", "settings"])
    | st.dates()
    | st.datetimes()
    | st.times(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["low", "high", "volume", "width_px", "x y"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.sampled_from(KEYS), value=VALUES)
@example(place=("coach", "volume"), value=10**400)
@example(place=("capture", "width_px"), value=2**70)
@example(place=("record", "folder"), value="\0")
@example(place=("screen", "language"), value="\u2028\n" * 40)
def test_any_value_of_any_key_is_in_its_range_or_gives_one_line(
    tmp_path: Path, place: tuple[str, ...], value: object
) -> None:
    path = written(tmp_path / "mine.toml", place, value)
    found, said = loaded(path)
    if found is None:
        assert said.startswith(f"settings {path}: ") and len(said.splitlines()) == 1
        return
    for number, (low, high) in RANGES.items():
        if number[1] != "targets":
            now = at(found, number)
            assert now is None or low <= now <= high
    for band in found.coach.targets.values():
        low, high = (-math.inf if band.low is None else band.low), (math.inf if band.high is None else band.high)
        assert low < high and (math.isfinite(low) or math.isfinite(high))
    assert sum(found.coach.faded_blocks_s[-1]) > 0


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        config.load(tmp_path / "none.toml")


def test_a_folder_of_somebody_who_is_not_here_is_bad_input(tmp_path: Path) -> None:
    found = config.load(written(tmp_path / "mine.toml", ("record", "folder"), "~nobody-of-that-name/runs"))
    with pytest.raises(BadInput, match="there is no user"):
        config.sessions_folder(found)


def test_the_persons_own_file_is_read_from_the_usual_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    place = config.own_file()
    place.parent.mkdir()
    place.write_text("[gait]\nrolling_stances = 6\n")
    assert config.load().gait.rolling_stances == 6


def test_the_settings_of_the_demo_are_good_and_set_a_target_that_its_runner_misses() -> None:
    settings = config.load(resources.folder("configs") / "demo.toml")
    assert settings.coach.mode == "constant"
    assert settings.coach.targets["pelvic_drop_mid_deg"].high == 3.0
    assert settings.coach.target_from == "settings"


OWN = "[coach]\r\nvolume = 0.25 # \u00fc\r\n\t\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
def test_settings_are_read_as_editors_on_windows_save_them(tmp_path: Path, encoding: str) -> None:
    mark = {"utf-16-le-bom": codecs.BOM_UTF16_LE, "utf-16-be-bom": codecs.BOM_UTF16_BE}.get(encoding, b"")
    (file := tmp_path / "own.toml").write_bytes(mark + OWN.encode(encoding.removesuffix("-bom")))
    assert config.load(file).coach.volume == 0.25


def deep(of: str) -> bytes:
    return {"table": b"[" + b".".join([b"a"] * 5000) + b"]", "list": b"a = " + b"[" * 5000 + b"]" * 5000,
            "dotted": b".".join([b"a"] * 5000) + b" = 1"}[of]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OWN.encode("utf-16-le"), "is not valid TOML"),
        (b"\xff\xfe\x00", "is not valid TOML"),
        (b"\xef\xbb\xbf\xef\xbb\xbf[coach]", "is not valid TOML"),
        (b"[coach]\nvolume = \x00", "is not valid TOML"),
        ("[coach] # \u00fc".encode("cp1252"), "is not valid TOML"),
        (b"# " + b"x" * (2 << 20), "is too large"),
        (deep("table"), "nested too deeply"),
        (deep("list"), "nested too deeply"),
        (deep("dotted"), "nested too deeply"),
    ],
    ids=["utf-16 without a mark", "half a letter", "two marks", "zero", "cp1252", "huge", "table", "list", "dotted"],
)
def test_what_cannot_be_read_as_settings_gives_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    (file := tmp_path / "own.toml").write_bytes(content)
    with pytest.raises(BadInput, match=said) as trouble:
        config.load(file)
    assert str(trouble.value).isprintable() and len(str(trouble.value)) < 400


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_settings_that_are_no_plain_file_are_refused_without_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for path, said in (
        (tmp_path / "pipe", "is a pipe"), (Path("/dev/zero"), "is a device"), (tmp_path, "is a folder"),
        (tmp_path / "loop", "cannot be read"), (tmp_path / "missing.toml", "cannot be read"), (tmp_path / "pipe" / "x", "cannot be read"),
        (Path("a\0b"), "null"), (tmp_path / ("x" * 300), "cannot be read"), (tmp_path / "a\nb", "cannot be read"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=said) as trouble:
            config.load(path)
        assert str(trouble.value).isprintable()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (own := tmp_path / "runform_live" / "config.toml").mkdir(parents=True)
    with pytest.raises(BadInput, match="is a folder"):
        config.load()
    own.rmdir()
    os.mkfifo(own)
    with pytest.raises(BadInput, match="is a pipe"):
        config.load()


def test_settings_in_utf_16_without_a_mark_say_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(OWN.encode("utf-16-le"))
    with pytest.raises(BadInput, match="save it as UTF-8, or as UTF-16 with a byte-order mark"):
        config.load(path)
    path.write_bytes(b"# \xff")
    with pytest.raises(BadInput, match=r"is not valid TOML: it is not UTF-8$"):
        config.load(path)
