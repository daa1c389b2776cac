"""Which file system a path lies on."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuer.errors import Misconfigured
from issuer.storage import file_system
from issuer.storage.file_system import NETWORK_TYPES, require_local, type_of
from issuer.storage.opening import open_store

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw shared:9 - nfs4 server:/export rw,vers=4.2
31 30 8:2 / /srv/local rw - xfs /dev/sdb1 rw
32 22 0:41 / /with\\040space rw - cifs //server/share rw
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/data", "ext4"), ("/", "ext4"), ("/srv", "nfs4"), ("/srv/data", "nfs4"), ("/srvother", "ext4"),
        ("/srv/local/data", "xfs"), ("/with space/data", "cifs"),
    ],
)  # fmt: skip
def test_the_nearest_mount_counts(path, expected):
    assert type_of(Path(path), MOUNTS) == expected


def test_this_machine_names_a_type(tmp_path):
    assert type_of(tmp_path.resolve(), file_system.MOUNTS.read_text())
    require_local(tmp_path)


def test_a_database_on_a_network_file_system_is_refused(tmp_path, monkeypatch):
    table = tmp_path / "mountinfo"
    table.write_text(f"1 0 0:1 / / rw - ext4 /dev/sda rw\n2 1 0:2 / {tmp_path} rw - nfs server:/x rw\n")
    monkeypatch.setattr(file_system, "MOUNTS", table)
    with pytest.raises(Misconfigured) as refused:
        open_store(f"sqlite:///{tmp_path}/data/issuer.db")
    assert refused.value.code == "settings.invalid"
    assert "nfs" in NETWORK_TYPES
