"""What can be set in the home window: a table of the settings, their ranges and choices, and how a value is read by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from msgspec import inspect

from runform_live import config, file_names, own_settings, texts
from runform_live.config import Config
from runform_live.errors import BadInput
from runform_live.own_settings import KeyPath
from runform_live.texts import Texts

Kind = Literal["switch", "number", "choice", "folder", "picture", "text"]
Value = Any  # a bool, a number, the name of a choice, a text, or the words of a path; None: off
OWN = "own"  # the name of a choice that stands in the file and is none of those offered


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. Its words are `home.settings.NAME` and `home.settings.about.NAME` of the language.

    key_paths: the keys of the file that it is made of. slider: the usual ends of a number, in the unit that a person reads; the file may hold
    more (`ends`). times: how many of that unit are one of the file. can_be_off: the key may be missing.
    choices: name -> the values of all paths. A choice without any has those of `choices_of`.
    """

    name: str
    group: str
    kind: Kind
    key_paths: tuple[KeyPath, ...]
    slider: tuple[float, float] = (0.0, 1.0)
    step: float = 1.0
    unit: str = ""
    times: float = 1.0
    can_be_off: bool = False
    choices: Mapping[str, tuple[Any, ...]] | None = None

    @property
    def key_path(self) -> KeyPath:
        return self.key_paths[0]

    @property
    def decimals(self) -> int:
        return 0 if self.step == int(self.step) else 1


def _switch(group: str, section: str, key: str) -> Setting:
    return Setting(key, group, "switch", ((section, key),))


def _number(
    group: str, section: str, key: str, slider: tuple[float, float], unit: str = "", step: float = 1.0, times: float = 1.0, *,
    name: str = "", can_be_off: bool = False,
) -> Setting:  # fmt: skip
    place = (section, *key.split("."))
    return Setting(name or key, group, "number", (place,), slider, step, unit, times, can_be_off)


def _choice(group: str, section: str, key: str, *values: str) -> Setting:
    return Setting(key, group, "choice", ((section, key),), choices={value: (value,) for value in values} or None)


ENCRYPTION = "encryption"  # a group without a setting of the file: see `encryption_model`
GROUPS = ("camera", "run", "target", "feedback", "sound", "screen", "report", ENCRYPTION)
TYPED = ("number", "text")  # changed again and again until the person is done
SETTINGS: tuple[Setting, ...] = (
    Setting(
        "picture_size", "camera", "choice", (("capture", "width_px"), ("capture", "height_px")),
        choices={"640 × 480": (640, 480), "1280 × 720": (1280, 720), "1920 × 1080": (1920, 1080)},
    ),
    _number("camera", "capture", "frame_rate_hz", (24, 240), "Hz"),
    _choice("camera", "pose", "network"),
    _number("camera", "pose", "threads", (1, 16)),
    _switch("camera", "pose", "markers"),
    _number("camera", "gait", "camera_height_cm", (0, 200), "cm", 5.0, can_be_off=True),
    _switch("run", "screen", "guide"),
    _number("run", "gait", "rolling_stances", (2, 50)),
    _number("run", "gait", "end_after_s", (0, 30), "min", 0.5, 1 / 60),
    _switch("run", "record", "video"),
    Setting("folder", "run", "folder", (("record", "folder"),)),
    _choice("run", "export", "lsl", "off", "computer", "network"),
    _choice("target", "coach", "target_from", "baseline", "settings", "none"),
    _choice("target", "coach", "target_gait", "run", "walk"),
    _number("target", "coach", "baseline_change_deg", (0, 10), "°", 0.5),
    _number("target", "coach", "targets.pelvic_drop_mid_deg.high", (0, 15), "°", 0.5, name="most_drop"),
    _number("target", "coach", "targets.knee_valgus_mid_deg.high", (0, 20), "°", 0.5, name="most_valgus"),
    _number("target", "coach", "targets.hip_adduction_mid_deg.high", (5, 25), "°", 0.5, name="most_adduction", can_be_off=True),
    _choice("feedback", "coach", "mode", "bandwidth", "faded", "constant", "summary", "off"),
    Setting(
        "faded_blocks_s", "feedback", "choice", (("coach", "faded_blocks_s"),),
        choices={
            "fade": ([[180, 0], [120, 60], [60, 120], [30, 150]],),
            "slow": ([[600, 0], [300, 60], [180, 120], [60, 180]],),
            "even": ([[60, 60]],),
        },
    ),
    _number("feedback", "coach", "shortest_pause_s", (2, 60), "s"),
    _number("feedback", "coach", "summary_every_s", (30, 600), "s", 10),
    _number("feedback", "coach", "fewest_stances", (2, 20)),
    _switch("feedback", "coach", "praise"),
    _number("sound", "coach", "volume", (0, 100), "%", 5, 100.0),
    _switch("sound", "coach", "stance_tones"),
    _number("sound", "coach", "metronome_percent", (0, 10), "%", 0.5, can_be_off=True),
    _choice("screen", "screen", "language"),
    _switch("screen", "screen", "large_text"),
    _switch("screen", "screen", "light"),
    _switch("screen", "screen", "clinician"),
    Setting("clinic", "report", "text", (("report", "clinic"),)),
    Setting("logo", "report", "picture", (("report", "logo"),)),
    Setting("names", "report", "choice", (("report", "names"),), choices={one: (one,) for one in ("nobody", "pseudonym", "name")}),
)  # fmt: skip


def choices_of(setting: Setting) -> Mapping[str, tuple[Any, ...]]:
    """What can be chosen: the name of each choice, and the values of all paths."""
    if setting.choices is not None:
        return setting.choices
    known = texts.languages() if setting.name == "language" else config.networks()
    return {name: (name,) for name in known}


@cache
def ends(setting: Setting) -> tuple[float, float]:
    """The range that a number of the file may have, in the unit that a person reads."""
    kind: inspect.Type = inspect.type_info(Config)
    for key in setting.key_path:
        if isinstance(kind, inspect.UnionType):
            kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
        if isinstance(kind, inspect.StructType):
            kind = next(one.type for one in kind.fields if one.encode_name == key)
        elif isinstance(kind, inspect.DictType):
            kind = kind.value_type
    if isinstance(kind, inspect.UnionType):
        kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    assert isinstance(kind, inspect.FloatType | inspect.IntType)
    assert kind.ge is not None
    assert kind.le is not None
    return kind.ge * setting.times, kind.le * setting.times


def is_whole(setting: Setting) -> bool:
    """Whether the file holds a whole number."""
    return isinstance(own_settings.value_at(config.delivered(), setting.key_path), int)


def value_of(setting: Setting, values: Mapping[str, Any]) -> Value:
    """What a person sees chosen, by the values of all sections."""
    found = [own_settings.value_at(values, path) for path in setting.key_paths]
    if setting.kind == "choice":
        known = (name for name, choice in choices_of(setting).items() if _plain(choice) == _plain(found))
        return next(known, OWN)
    if setting.kind == "number" and found[0] is not None:
        return found[0] * setting.times
    return found[0]


def _plain(values: Any) -> Any:
    """Lists and tuples are the same in a file."""
    return [_plain(one) for one in values] if isinstance(values, list | tuple) else values


def changes_of(setting: Setting, value: Value) -> dict[KeyPath, Any]:
    """What a choice of a person is in the file. BadInput says in a line that a number is out of its range."""
    if setting.kind == "choice":
        return dict(zip(setting.key_paths, choices_of(setting)[value], strict=True))
    if setting.kind != "number" or value is None:
        return {setting.key_path: value}
    low, high = ends(setting)
    if not low <= value <= high:  # nor NaN
        raise BadInput(f"{value:g} is out of range: it must be between {low:g} and {high:g}{unit(setting)}")
    return {setting.key_path: round(value / setting.times) if is_whole(setting) else round(value / setting.times, 6)}


def unit(setting: Setting) -> str:
    """As it stands behind a number."""
    return setting.unit if setting.unit in ("°", "") else f" {setting.unit}"


def shown(setting: Setting, value: Value, said: Texts) -> str:
    """A value as a person reads it."""
    match setting.kind:
        case "switch":
            return said(f"home.settings.{'on' if value else 'off'}")
        case "choice":
            return choice_words(setting, value, said)
        case "folder" | "picture":
            return file_names.shown(Path(value)) if value else said(f"home.settings.usual_{setting.kind}")
        case "text":
            return value or said("home.settings.no_text")
    return said("home.settings.off") if value is None else f"{value:.{setting.decimals}f}{unit(setting)}"


def choice_words(setting: Setting, name: str, said: Texts) -> str:
    """A choice as a person reads it: names of networks, languages and sizes as they are, where the language has no words for them."""
    if setting.name == "mode" and name != OWN:  # as everywhere in the windows
        return said(f"feedback.title.{name}")
    key = f"home.settings.{OWN}" if name == OWN else f"home.settings.choice.{setting.name}.{name}"
    return said(key) if said.has(key) else name


def choices(setting: Setting, value: Value) -> Sequence[str]:
    """The names of all choices, with that of the file where it is another one."""
    known = list(choices_of(setting))
    return known if value in known else [*known, OWN]
