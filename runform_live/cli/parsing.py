"""The parser of the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, NoReturn

from runform_live import file_names
from runform_live.cli import terminal
from runform_live.errors import BadInput


def path(text: str) -> Path:
    """A file or folder as it was typed, "~" expanded: the shell leaves that alone in --out=~/runs, between quotes and on Windows."""
    try:
        return file_names.path_given(text)
    except BadInput as trouble:
        raise argparse.ArgumentTypeError(str(trouble)) from None


class Parser(argparse.ArgumentParser):
    """A parser that prints as all else does, says in one line what is wrong, and takes every Path by the one door `path`."""

    def __init__(self, *words: Any, **usual: Any) -> None:
        super().__init__(*words, **usual)
        self.register("type", Path, path)

    def _print_message(self, message: str, file: Any = None) -> None:
        if not message:
            return
        if file is not None and file is sys.stderr:
            terminal.trace(message)
        else:
            terminal.say(message.rstrip("\n"))

    def error(self, message: str) -> NoReturn:
        terminal.warn(f"{message}; `{self.prog} --help` shows what can be given")
        raise SystemExit(BadInput.exit_status)


class Version(argparse.Action):
    """Prints the version and ends. It is looked up only where it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from runform_live.software import software

        terminal.say(software())
        parser.exit()
