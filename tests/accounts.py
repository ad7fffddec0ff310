"""Commands run by accounts that lack something: a name, a home, the right to write."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

# The number 2000 has no entry in the list of users.
UNNAMED = ("unshare", "--user", "--map-user=2000", "--map-group=2000")
# For root, who may write everywhere otherwise.
BOUND = (
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-dac_override,-dac_read_search",
)


@cache
def possible(account: tuple[str, ...]) -> bool:
    """Whether this computer lets a test be such an account."""
    if shutil.which(account[0]) is None:
        return False
    return subprocess.run([*account, "true"], capture_output=True).returncode == 0
