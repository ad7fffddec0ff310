"""`python -m runform_live`: the command `runform`."""

import sys

from runform_live.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
