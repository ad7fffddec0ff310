"""The errors that a person sees: one line each, saying what is wrong and what to do."""

from __future__ import annotations


class RunformError(Exception):
    """Something that the person at the keyboard can mend; its text is shown as it is. Exit status 1."""

    exit_status = 1


class BadInput(RunformError):
    """What was given cannot be used (a file, a setting, a device). Exit status 2."""

    exit_status = 2
