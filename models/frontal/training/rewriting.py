"""Write network files anew, changed in place: what the programs that speed up a shipped network share."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path

import onnx

Change = Callable[[onnx.ModelProto], object]  # changes a network in place; what it returns is not used


def rewrite(path: Path, change: Change) -> None:
    """Write a network's file anew, changed."""
    network = onnx.load(str(path))
    change(network)
    onnx.save(network, str(path))


def rewrite_named(description: str | None, change: Change) -> None:
    """Do so with the files that the command line names, and print the checksum of each."""
    arguments = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("files", type=Path, nargs="+")
    for path in arguments.parse_args().files:
        rewrite(path, change)
        print(f"{path}: sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
