"""The command `runform`: finds the verb, turns errors into one line and an exit status."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import sys
from collections.abc import Sequence

from runform_live import doors
from runform_live.cli import terminal
from runform_live.cli.parsing import Parser, Version
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.runtime.prepared import Prepared
from runform_live.troubles import in_a_line

# One module a verb. They are loaded when the command runs, not with this module: Ctrl-C must be answered by then.
VERBS = (
    "home",
    "live",
    "analyze",
    "review",
    "compare",
    "progress",
    "report",
    "export",
    "sessions",
    "programme",
    "clients",
    "encryption",
    "keys",
    "serve",
    "validate",
    "bench",
    "doctor",
    "desktop",
    "models",
    "licences",
)
LIVE = "live"
HELP = {"-h", "--help"}
INTERRUPTED = 130
VERSION = "--version"


def parser(words: Sequence[str] | None = None) -> Parser:
    """The whole command line; with the words that are to be parsed, no more of it than they need, for most verbs load much."""
    first = words[0] if words else ""
    wanted = (first,) if first in VERBS else () if first == VERSION else VERBS
    top = Parser(
        prog="runform",
        description="Treadmill gait-retraining monitor: pelvic drop, hip adduction and knee valgus from one webcam.",
        epilog="example: runform live --source demo",
    )
    top.add_argument(VERSION, action=Version, nargs=0, help="show the version and end")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    common = _common() if wanted else Parser(add_help=False)
    for name in VERBS:
        if name not in wanted:
            verbs.add_parser(name)
            continue
        module = importlib.import_module(f"runform_live.cli.{name}")
        verb = verbs.add_parser(
            name,
            parents=[common],
            help=module.HELP,
            description=module.HELP[0].upper() + module.HELP[1:] + ".",
            epilog=f"example: {module.EXAMPLE}",
        )
        module.arguments(verb)
        verb.set_defaults(run=module.run)
    return top


def _common() -> Parser:
    """The options of every verb."""
    from runform_live.cli import options

    common = Parser(add_help=False)
    common.add_argument(
        "--config", type=options.settings_file, metavar="FILE", help="settings that differ from configs/defaults.toml"
    )
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return common


def main(words: list[str] | None = None) -> int:
    """Run a command line; returns the exit status (0 good, 1 failed, 2 bad input, 130 interrupted)."""
    terminal.begin()
    try:
        status = _run(words)
    except SystemExit as ended:
        if ended.code in (0, None) and terminal.lost() is not None:
            raise SystemExit(_with_lost_lines(0)) from None
        raise
    return _with_lost_lines(status)


def _run(words: list[str] | None) -> int:
    given = sys.argv[1:] if words is None else words
    debug = "--debug" in given
    try:
        given = given or ["home"]  # alone: the window from which everything starts
        with _prepared(given) as prepared:
            chosen = parser(given).parse_args(given, argparse.Namespace(prepared=prepared))
            from runform_live.cli import sealing

            sealing.ask_in_terminal()
            chosen.run(chosen)
        from runform_live.cli import missing

        missing.tell_of_sentences()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as trouble:
        if debug:
            terminal.trace_of(trouble)
        if isinstance(trouble, FileNotFoundError) and doors.working_folder_is_gone():
            terminal.warn(doors.NO_WORKING_FOLDER)
            return BadInput.exit_status
        terminal.warn(in_a_line(trouble))
        return trouble.exit_status if isinstance(trouble, RunformError) else RunformError.exit_status
    return 0


def _prepared(words: Sequence[str]) -> contextlib.AbstractContextManager[Prepared | None]:
    """The processes of a live run: they load while this one reads its command line and its settings."""
    if words[0] == LIVE and HELP.isdisjoint(words):
        return contextlib.closing(Prepared())
    return contextlib.nullcontext()


def _with_lost_lines(status: int) -> int:
    """The exit status, where what was to be printed went nowhere. A reader that has seen enough (`| head`) is no failure."""
    trouble = terminal.lost()
    if trouble is None:
        return status
    terminal.warn(f"not all could be printed ({reason_of(trouble)}); what was written into files is kept")
    return status or RunformError.exit_status


if __name__ == "__main__":
    sys.exit(main())
