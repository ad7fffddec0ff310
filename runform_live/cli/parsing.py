"""The parser of the command line."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from runform_live.cli import terminal
from runform_live.errors import BadInput


class Parser(argparse.ArgumentParser):
    """A parser that prints as all else does, and says in one line what is wrong."""

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
