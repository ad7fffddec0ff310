"""A disk that is full: said as such, and never taken for a damaged file."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from runform_live.encryption import sealed_file
from tests.encryption.makers import encrypted

assert encrypted  # a fixture


@pytest.mark.usefixtures("encrypted")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device on this system")
def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(bytes(1 << 20))
    with pytest.raises(OSError, match="No space left") as told:
        sealed_file.encrypt(tmp_path / "film", Path("/dev/full"))
    assert told.value.errno == errno.ENOSPC
