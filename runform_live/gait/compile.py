"""Compile all kernels into their cache: python -m runform_live.gait.compile

They have fixed types and compile when they are imported; the cache lies in the user's cache folder.
"""

from __future__ import annotations

import sys
import time


def main() -> None:
    began = time.monotonic()
    from runform_live.gait import segmenter  # noqa: F401 (importing compiles)

    passed_s = time.monotonic() - began
    if passed_s > 5.0:
        print(f"kernels compiled in {passed_s:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
