"""Writing a person's own settings file: only what they changed, and never half of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from runform_live import config, toml_text
from runform_live.config import Config
from runform_live.errors import BadInput, reason_of
from runform_live.file_names import shown
from runform_live.safe_files import make_folders, write_atomically

KeyPath = tuple[str, ...]  # the keys from the top of the file to a value
DELIVERED: Final = None  # the value of a change that takes the person's own one away


def value_at(values: Mapping[str, Any], path: KeyPath) -> Any:
    """The value at a path; None where there is none."""
    found: Any = values
    for key in path:
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found


def changed(own: Mapping[str, Any], changes: Mapping[KeyPath, Any]) -> dict[str, Any]:
    """A person's own values with some of them changed. What is as delivered is left out; what was not named stays.

    A file that has limits means them (`config.with_source`). So where there are limits, it is written down where targets come from: a
    limit that is changed must not change that by the way.
    """
    delivered = config.delivered()
    before = value_at(config.with_source(dict(own)), ("coach", "target_from"))
    found = dict(own)
    for path, value in changes.items():
        same = value is DELIVERED or value == value_at(delivered, path)
        found = _without(found, path) if same else _with(found, path, value)
    if value_at(found, ("coach", "targets")) and value_at(found, ("coach", "target_from")) is None:
        source = ("coach", "target_from")
        kept = None if source in changes else before
        found = _with(found, source, kept or value_at(delivered, source))
    return found


def save(changes: Mapping[KeyPath, Any], path: Path | None = None) -> Config:
    """Change settings in a person's own file (default: where it lies), and return all settings as they are now.

    The file is read anew first, so that what somebody else has changed meanwhile stays. BadInput says in a line why the changes, or the
    file, are refused; then nothing is written.
    """
    file = path or config.own_file()
    if file is None:
        raise BadInput("this account has no home folder to keep settings in; set XDG_CONFIG_HOME to a folder")
    values = changed(config.own_values(file), changes)
    settings = config.checked(values, f"settings {shown(file)}")
    target = file.resolve()  # a link stays one
    try:
        make_folders(target.parent)
        write_atomically(target, toml_text.text(values).encode())
    except OSError as trouble:
        raise BadInput(f"settings {shown(file)} cannot be written ({reason_of(trouble)})") from None
    return settings


def _with(values: Mapping[str, Any], path: KeyPath, value: Any) -> dict[str, Any]:
    key, *more = path
    inner = values.get(key)
    return {**values, key: _with(inner if isinstance(inner, Mapping) else {}, tuple(more), value) if more else value}


def _without(values: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
    """The same without a value; a section that it leaves empty goes as well."""
    key, *more = path
    found = dict(values)
    inner = found.get(key)
    if more and isinstance(inner, Mapping):
        found[key] = _without(inner, tuple(more))
    if not more or found.get(key) == {}:
        found.pop(key, None)
    return found
