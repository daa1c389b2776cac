"""Refusing to keep a database where locks and syncs cannot be relied on."""

from __future__ import annotations

from pathlib import Path

from issuer.errors import Misconfigured

NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs"}
)
MOUNTS = Path("/proc/self/mountinfo")


def require_local(path: Path) -> None:
    """Raises Misconfigured (`settings.invalid`) for a path on a network file system, where Linux tells.

    Source: sqlite.org/wal.html ("does not work over a network filesystem") and sqlite.org/howtocorrupt.html.
    """
    if not MOUNTS.exists():
        return
    found = type_of(path.resolve(), MOUNTS.read_text())
    if found in NETWORK_TYPES:
        raise Misconfigured(
            "settings.invalid",
            f"An SQLite database cannot be kept on a network file system ({found}). Use a local folder.",
            "DATABASE_URL",
        )


def type_of(path: Path, mounts: str) -> str:
    """The type of the file system that an absolute path lies on; `mounts` as proc_pid_mountinfo(5) has it."""
    nearest, type_ = Path(), ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split(" ")[4].encode().decode("unicode_escape"))
        if path.is_relative_to(point) and len(point.parts) >= len(nearest.parts):
            nearest, type_ = point, after.split(" ")[0]
    return type_
