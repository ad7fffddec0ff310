"""Connects to a Dask scheduler and waits for its first worker. Needs the optional group `cluster`."""

from __future__ import annotations

import contextlib
import logging
import time
from pathlib import Path
from urllib.parse import urlsplit

from distributed import Client
from distributed.security import Security

from runform_live.batch.cluster import END_S, Cluster
from runform_live.batch.cluster_workers import Warn
from runform_live.config import Config
from runform_live.errors import BadInput

CONNECT_S = 10.0
WORKERS_S = 30.0  # for the first worker to be there
OTHERS_S = 3.0  # for the others, so that the films of a computer share its cores from the beginning
LOOK_S = 0.3
SCHEMES = "tcp", "tls"
ADVICE = "give the address that `dask scheduler` printed, such as tcp://192.168.1.5:8786"


def connected(address: str, parent: Path, settings: Config, warn: Warn) -> Cluster:
    """The cluster of a scheduler, with at least one worker that may measure. Raises BadInput where there is none.

    parent: of the sessions. warn: see Workers.
    """
    full = _checked(address)
    _silence()
    try:
        client = Client(full, timeout=CONNECT_S, set_as_default=False, name="runform")
    except (OSError, ValueError, TypeError, RuntimeError):
        raise BadInput(
            f"--scheduler {address}: no scheduler answers there within {CONNECT_S:.0f} s; {ADVICE}"
        ) from None
    try:
        cluster = Cluster(client, parent, settings, warn)
        try:
            _wait_for_workers(cluster, address)
        except BaseException:
            cluster.workers.close()
            raise
    except BaseException:
        with contextlib.suppress(Exception):
            client.close(timeout=END_S)
        raise
    return cluster


def _wait_for_workers(cluster: Cluster, address: str) -> None:
    workers, until_s = cluster.workers, time.monotonic() + WORKERS_S
    while not workers.films and time.monotonic() < until_s:
        time.sleep(LOOK_S)
        cluster.look()
    until_s = time.monotonic() + OTHERS_S
    while workers.films and workers.awaits and time.monotonic() < until_s:
        time.sleep(LOOK_S)
        cluster.look()
    if workers.films:
        return
    if workers.refused:
        raise BadInput(f"no worker of {address} may measure; each is named above with the reason")
    if workers.awaits:
        raise BadInput(f"no worker of {address} answered within {WORKERS_S:.0f} s; start the workers anew")
    raise BadInput(f"no worker came to {address} within {WORKERS_S:.0f} s; start one with: dask worker {address}")


def _silence() -> None:
    """What matters is said here, in a line. Dask has set a level for some of its loggers each."""
    for name in ["distributed", *logging.root.manager.loggerDict]:
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _checked(address: str) -> str:
    """The address in full. Dask itself would take 20 s and a traceback to refuse a wrong one."""
    full = address if "://" in address else f"tcp://{address}"
    try:
        parts = urlsplit(full)
        good = parts.scheme in SCHEMES and bool(parts.hostname) and bool(parts.port)
    except ValueError:  # no number for a port
        good = False
    if not good:
        raise BadInput(f"--scheduler {address}: this is no address of a scheduler; {ADVICE}")
    if parts.scheme == "tls" and not Security().get_connection_args("client").get("ssl_context"):
        raise BadInput(
            f"--scheduler {address}: the certificates for TLS are not set; name them in DASK_DISTRIBUTED__COMM__TLS__CA_FILE and "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and __KEY (see docs/cluster.md)"
        )
    return full
