"""The command `runform`: finds the verb, turns errors into one line and an exit status."""

from __future__ import annotations

import argparse
import importlib
import sys
import traceback
from pathlib import Path

from runform_live.cli import terminal
from runform_live.errors import RunformError

# One module a verb. They are loaded when the command runs, not with this module: Ctrl-C must be answered by then.
VERBS = (
    "live",
    "analyze",
    "review",
    "compare",
    "report",
    "export",
    "sessions",
    "validate",
    "bench",
    "doctor",
    "models",
)
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    from runform_live.session.origin import software

    top = argparse.ArgumentParser(
        prog="runform",
        description="Treadmill gait-retraining monitor: pelvic drop, hip adduction and knee valgus from one webcam.",
        epilog="example: runform live --source demo",
    )
    top.add_argument("--version", action="version", version=software())
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, metavar="FILE", help="settings that differ from configs/defaults.toml")
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name in VERBS:
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


def main(words: list[str] | None = None) -> int:
    """Run a command line; returns the exit status (0 good, 1 failed, 2 bad input, 130 interrupted)."""
    debug = False
    try:
        chosen = parser().parse_args(words)
        debug = chosen.debug
        chosen.run(chosen)
    except RunformError as trouble:
        if debug:
            traceback.print_exc()
        terminal.warn(str(trouble))
        return trouble.exit_status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as trouble:
        if debug:
            raise
        where = f" ({trouble.filename})" if trouble.filename else ""
        terminal.warn(f"{trouble.strerror or trouble}{where}; what was written so far is kept")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
