"""The errors that a person sees: one line each, saying what is wrong and what to do."""

from __future__ import annotations

import json


class RunformError(Exception):
    """Something that the person at the keyboard can mend; its text is shown as it is. Exit status 1."""

    exit_status = 1


class BadInput(RunformError):
    """What was given cannot be used (a file, a setting, a device). Exit status 2."""

    exit_status = 2


def reason_of(trouble: BaseException) -> str:
    """Why a file cannot be opened, written or decoded. Where Python's own words would say nothing to a person, plain ones."""
    if isinstance(trouble, RecursionError):
        return "it is nested too deeply"
    if isinstance(trouble, UnicodeDecodeError):
        return f"it is not {trouble.encoding.upper()}"
    if isinstance(trouble, json.JSONDecodeError):
        return f"it is no JSON from character {trouble.pos + 1} on"
    if "set_int_max_str_digits" in str(trouble):
        return "it holds a number with thousands of digits"
    return getattr(trouble, "strerror", None) or str(trouble)  # of the system, and of FFmpeg
