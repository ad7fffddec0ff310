"""Addresses on the loopback of this computer that nobody uses."""

from __future__ import annotations

from runform_live.runtime.endpoints import free_ports


def free_addresses(count: int) -> list[str]:
    """Addresses with ports that are free, and that the system does not give to other connections meanwhile."""
    return [f"tcp://127.0.0.1:{port}" for port in free_ports(count)]


def free_address() -> str:
    return free_addresses(1)[0]
