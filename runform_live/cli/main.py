"""The command `runform`: finds the verb, turns errors into one line and an exit status."""

from __future__ import annotations

import argparse
import sys
import traceback
from pathlib import Path

from runform_live.cli import analyze, bench, compare, doctor, export, live, models, report, review, sessions, validate
from runform_live.errors import RunformError
from runform_live.session.record import software

VERBS = (live, analyze, review, compare, report, export, sessions, validate, bench, doctor, models)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
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
    for module in VERBS:
        verb = verbs.add_parser(
            module.__name__.rsplit(".", 1)[1],
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
    chosen = parser().parse_args(words)
    try:
        chosen.run(chosen)
    except RunformError as trouble:
        if chosen.debug:
            traceback.print_exc()
        print(f"runform: {trouble}", file=sys.stderr)
        return trouble.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as trouble:
        if chosen.debug:
            raise
        where = f" ({trouble.filename})" if trouble.filename else ""
        print(f"runform: {trouble.strerror or trouble}{where}; what was written so far is kept", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
