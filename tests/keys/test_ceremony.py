from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from issuer.proofs.public_keys import from_jwk
from keys import registry
from keys.ceremony import FIRST_SET, Ceremony
from keys.errors import KeysError
from keys.folder import KeyFolder, RealDisk
from keys.records import KeyRecord, Purpose, State
from keys.software import KeyRing

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
DELAY = timedelta(hours=1)
PASSPHRASE = b"correct horse battery staple"
DID = "did:web:issuer.test"
QUICK_SET = ((Purpose.DATA_INTEGRITY, "EdDSA"), (Purpose.VC_JWT, "ES256"), (Purpose.AUDIT, "EdDSA"))


class DiskError(Exception):
    """Stands for a process killed between two steps of writing."""


class FailingDisk:
    """The real disk until `steps` steps were taken; the next one breaks off, with all, half or no effect."""

    def __init__(self, steps: int, effect: str) -> None:
        self._left = steps
        self._effect = effect
        self._disk = RealDisk()

    def _step(self, act: Callable[[], None], half: Callable[[], None] | None = None) -> None:
        self._left -= 1
        if self._left >= 0 or self._effect == "all":
            act()
        elif self._effect == "half" and half:
            half()
        if self._left < 0:
            raise DiskError

    def write(self, path: Path, data: bytes) -> None:
        half = data[: len(data) // 2]
        self._step(lambda: self._disk.write(path, data), lambda: self._disk.write(path, half))

    def rename(self, source: Path, target: Path) -> None:
        self._step(lambda: self._disk.rename(source, target))

    def flush_folder(self, folder: Path) -> None:
        self._step(lambda: self._disk.flush_folder(folder))

    def remove(self, path: Path) -> None:
        self._step(lambda: self._disk.remove(path))


@pytest.fixture
def ceremony(folder: Path) -> Ceremony:
    made = Ceremony(folder, PASSPHRASE)
    made.ensure_first_set(NOW, QUICK_SET)
    return made


def open_ring(folder: Path) -> KeyRing:
    return KeyRing.open(folder, PASSPHRASE)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(KeysError) as caught:
        act()
    return caught.value.code


def check_that_every_signer_is_published(folder: Path) -> None:
    """Every active key signs, verifies under its published half, and was published before it was active."""
    ring = open_ring(folder)
    published = {record.kid: record for record in ring.public_keys()}
    for record in ring.registry.records:
        if record.state is State.ACTIVE:
            signer = ring.signer(record.purpose, DID, record.alg)
            assert signer.verification_method == f"{DID}#{record.kid}"
            assert from_jwk(record.public_jwk).verify(signer.sign(b"x"), b"x", record.alg)
            assert record.purpose is Purpose.AUDIT or record.kid in published
            assert record.published is not None
            assert record.activated is not None
            assert record.published == record.activated == record.created or (
                record.published + DELAY <= record.activated
            )


def test_the_first_set(folder: Path) -> None:
    known = Ceremony(folder, PASSPHRASE).ensure_first_set(NOW)
    assert [(record.purpose, record.alg) for record in known.records] == list(FIRST_SET)
    assert {record.state for record in known.records} == {State.ACTIVE}
    assert [record.kid.rsplit("-", 1)[0] for record in known.records] == [
        "di-2026-11",
        "jwt-2026-11",
        "st-2026-11",
        "audit-2026-11",
        "rep-2026-11",
    ]
    ring = open_ring(folder)
    assert [record.purpose for record in ring.public_keys()] == [use[0] for use in FIRST_SET if use[0] != "audit"]
    check_that_every_signer_is_published(folder)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_first_set_is_made_once(folder: Path, ceremony: Ceremony) -> None:
    before = registry.load(KeyFolder(folder))
    assert ceremony.ensure_first_set(NOW + DELAY, QUICK_SET) == before


def test_a_set_from_before_reports_were_signed_gets_its_key(folder: Path, ceremony: Ceremony) -> None:
    before = registry.load(KeyFolder(folder))
    after = ceremony.ensure_first_set(NOW + DELAY, FIRST_SET)
    assert after.records[:-1] == before.records
    assert (after.records[-1].purpose, after.records[-1].state) == (Purpose.REPORT, State.ACTIVE)
    assert ceremony.ensure_first_set(NOW + 2 * DELAY, FIRST_SET) == after
    check_that_every_signer_is_published(folder)


def test_a_key_that_was_retired_is_not_made_again(folder: Path, ceremony: Ceremony) -> None:
    made = ceremony.ensure_first_set(NOW, FIRST_SET).active(Purpose.REPORT)
    retired = ceremony.retire(made.kid, NOW)
    assert ceremony.ensure_first_set(NOW + DELAY, FIRST_SET) == retired


def test_a_key_for_credentials_is_never_added_by_a_start(folder: Path, ceremony: Ceremony) -> None:
    before = registry.load(KeyFolder(folder))
    assert not before.of(Purpose.STATUS)
    assert ceremony.ensure_first_set(NOW, (*QUICK_SET, (Purpose.STATUS, "EdDSA"))) == before


def test_a_key_of_another_passphrase_joins_no_set(folder: Path, ceremony: Ceremony) -> None:
    before = registry.load(KeyFolder(folder))
    other = Ceremony(folder, b"another passphrase altogether")
    assert code_of(lambda: other.ensure_first_set(NOW, FIRST_SET)) == "key.unavailable"
    assert registry.load(KeyFolder(folder)) == before


NEW_USE = (Purpose.DATA_INTEGRITY, "ES256")


def test_a_new_use_is_announced_and_signs_when_it_was_published_for_long_enough(
    folder: Path, ceremony: Ceremony
) -> None:
    before = ceremony.known()
    (made,) = ceremony.announce_new_uses(NOW + DELAY, (*QUICK_SET, NEW_USE))
    assert (made.purpose, made.alg, made.state, made.published) == (*NEW_USE, State.ANNOUNCED, None)
    assert ceremony.known().records == (*before.records, made)
    assert ceremony.announce_new_uses(NOW + DELAY, (*QUICK_SET, NEW_USE)) == ()
    assert made.kid in {one.kid for one in open_ring(folder).public_keys()}
    ceremony.activate_due(NOW + 5 * DELAY, DELAY, first_only=True)
    assert ceremony.known().get(made.kid).state is State.ANNOUNCED
    ceremony.mark_published(NOW + 5 * DELAY)
    ceremony.activate_due(NOW + 6 * DELAY - timedelta(seconds=1), DELAY, first_only=True)
    assert ceremony.known().get(made.kid).state is State.ANNOUNCED
    ceremony.activate_due(NOW + 6 * DELAY, DELAY, first_only=True)
    assert ceremony.known().active(*NEW_USE).kid == made.kid
    assert ceremony.known().active(Purpose.DATA_INTEGRITY, "EdDSA") == before.active(Purpose.DATA_INTEGRITY)
    check_that_every_signer_is_published(folder)


def test_only_a_first_key_takes_up_its_work_by_itself(ceremony: Ceremony) -> None:
    old = ceremony.known().active(Purpose.DATA_INTEGRITY, "EdDSA")
    ceremony.announce(Purpose.DATA_INTEGRITY, "EdDSA", NOW)
    ceremony.mark_published(NOW)
    ceremony.activate_due(NOW + DELAY, DELAY, first_only=True)
    assert ceremony.known().active(Purpose.DATA_INTEGRITY, "EdDSA") == old


@pytest.mark.parametrize("end", ["retired", "compromised"])
def test_a_use_that_was_ended_is_not_begun_again(ceremony: Ceremony, end: str) -> None:
    (made,) = ceremony.announce_new_uses(NOW, [NEW_USE])
    known = ceremony.retire(made.kid, NOW) if end == "retired" else ceremony.mark_compromised(made.kid, NOW)
    assert ceremony.announce_new_uses(NOW + DELAY, [NEW_USE]) == ()
    assert ceremony.known() == known


def test_a_new_use_is_not_sealed_with_another_passphrase(folder: Path, ceremony: Ceremony) -> None:
    other = Ceremony(folder, b"another passphrase altogether")
    assert code_of(lambda: other.announce_new_uses(NOW, [NEW_USE])) == "key.unavailable"
    assert ceremony.announce_new_uses(NOW, QUICK_SET) == ()


@pytest.mark.parametrize("effect", ["none", "half", "all"])
@pytest.mark.parametrize("steps", range(12))
def test_a_new_use_that_is_broken_off_anywhere_is_begun_by_the_next_start(
    folder: Path, ceremony: Ceremony, steps: int, effect: str
) -> None:
    before = ceremony.known()
    with suppress(DiskError):
        Ceremony(folder, PASSPHRASE, FailingDisk(steps, effect)).announce_new_uses(NOW, [NEW_USE])
    assert ceremony.known().records[: len(before.records)] == before.records
    ceremony.announce_new_uses(NOW, [NEW_USE])
    assert [(one.purpose, one.alg) for one in ceremony.known().records[len(before.records) :]] == [NEW_USE]
    open_ring(folder)


def test_a_rotation(folder: Path, ceremony: Ceremony) -> None:
    old = open_ring(folder).registry.active(Purpose.DATA_INTEGRITY)
    new = ceremony.announce(Purpose.DATA_INTEGRITY, "EdDSA", NOW)
    ring = open_ring(folder)
    assert {old.kid, new.kid} <= {record.kid for record in ring.public_keys()}
    assert ring.signer(Purpose.DATA_INTEGRITY, DID).verification_method == f"{DID}#{old.kid}"
    ceremony.mark_published(NOW + DELAY)
    changed = ceremony.activate_due(NOW + 2 * DELAY, DELAY)
    assert not ring.is_current()
    assert (changed.get(old.kid).state, changed.get(new.kid).state) == (State.RETIRED, State.ACTIVE)
    assert (changed.get(old.kid).retired, changed.get(new.kid).activated) == (NOW + 2 * DELAY, NOW + 2 * DELAY)
    ring = open_ring(folder)
    assert ring.is_current()
    assert {old.kid, new.kid} <= {record.kid for record in ring.public_keys()}
    assert ring.signer(Purpose.DATA_INTEGRITY, DID).verification_method == f"{DID}#{new.kid}"
    check_that_every_signer_is_published(folder)


def test_key_02_a_key_does_not_sign_before_it_was_published_long_enough(folder: Path, ceremony: Ceremony) -> None:
    new = ceremony.announce(Purpose.DATA_INTEGRITY, "EdDSA", NOW)
    year_later = NOW + timedelta(days=365)
    assert ceremony.activate_due(year_later, DELAY).get(new.kid).state is State.ANNOUNCED
    ceremony.mark_published(year_later)
    assert ceremony.mark_published(year_later + DELAY).get(new.kid).published == year_later
    almost = year_later + DELAY - timedelta(seconds=1)
    assert ceremony.activate_due(almost, DELAY).get(new.kid).state is State.ANNOUNCED
    assert ceremony.activate_due(year_later + DELAY, DELAY).get(new.kid).state is State.ACTIVE


def test_announcing_again_gives_the_same_key(ceremony: Ceremony) -> None:
    assert ceremony.announce(Purpose.VC_JWT, "ES256", NOW) == ceremony.announce(Purpose.VC_JWT, "ES256", NOW)


def test_a_use_that_had_no_key(folder: Path, ceremony: Ceremony) -> None:
    new = ceremony.announce(Purpose.VC_JWT, "EdDSA", NOW)
    ceremony.mark_published(NOW)
    ceremony.activate_due(NOW + DELAY, DELAY)
    ring = open_ring(folder)
    assert ring.signer(Purpose.VC_JWT, DID, "EdDSA").verification_method.endswith(new.kid)
    assert ring.signer(Purpose.VC_JWT, DID, "ES256").alg == "ES256"
    assert code_of(lambda: ring.signer(Purpose.VC_JWT, DID)) == "key.unavailable"


def test_a_compromised_key_leaves_at_once(folder: Path, ceremony: Ceremony) -> None:
    bad = open_ring(folder).registry.active(Purpose.DATA_INTEGRITY)
    ceremony.mark_compromised(bad.kid, NOW + DELAY)
    ring = open_ring(folder)
    assert bad.kid not in {record.kid for record in ring.public_keys()}
    assert [(record.kid, record.compromised) for record in ring.compromised()] == [(bad.kid, NOW + DELAY)]
    assert code_of(lambda: ring.signer(Purpose.DATA_INTEGRITY, DID)) == "key.unavailable"
    assert not (folder / f"{bad.kid}.pem").exists()
    assert ceremony.mark_compromised(bad.kid, NOW + 2 * DELAY).get(bad.kid).compromised == NOW + DELAY
    assert code_of(lambda: ceremony.retire(bad.kid, NOW)) == "key.in_use"


def test_a_successor_can_sign_at_once(folder: Path, ceremony: Ceremony) -> None:
    old = open_ring(folder).registry.active(Purpose.DATA_INTEGRITY)
    new = ceremony.announce(Purpose.DATA_INTEGRITY, "EdDSA", NOW)
    ceremony.activate(new.kid, NOW + DELAY)
    known = ceremony.known()
    assert known == open_ring(folder).registry
    assert known.get(old.kid).state is State.RETIRED
    assert (known.get(new.kid).published, known.get(new.kid).activated) == (NOW + DELAY, NOW + DELAY)
    assert open_ring(folder).signer(Purpose.DATA_INTEGRITY, DID).verification_method == f"{DID}#{new.kid}"
    assert code_of(lambda: ceremony.activate(new.kid, NOW)) == "key.in_use"
    assert code_of(lambda: ceremony.activate(old.kid, NOW)) == "key.in_use"


def test_retiring_without_a_successor_and_destroying(folder: Path, ceremony: Ceremony) -> None:
    old = open_ring(folder).registry.active(Purpose.VC_JWT)
    assert code_of(lambda: ceremony.destroy_private(old.kid)) == "key.in_use"
    ceremony.retire(old.kid, NOW)
    assert old.kid in {record.kid for record in open_ring(folder).public_keys()}
    ceremony.destroy_private(old.kid)
    ceremony.destroy_private(old.kid)
    assert not (folder / f"{old.kid}.pem").exists()
    assert old.kid in {record.kid for record in open_ring(folder).public_keys()}


def test_names_that_are_not_known(ceremony: Ceremony) -> None:
    for act in (ceremony.mark_compromised, ceremony.retire):
        assert code_of(lambda act=act: act("di-2026-11-000000", NOW)) == "key.not_found"  # type: ignore[misc]


def test_a_wrong_passphrase(folder: Path, ceremony: Ceremony) -> None:
    assert code_of(lambda: KeyRing.open(folder, b"another passphrase")) == "key.unavailable"
    other = Ceremony(folder, b"another passphrase")
    before = registry.load(KeyFolder(folder))
    assert code_of(lambda: other.announce(Purpose.VC_JWT, "ES256", NOW)) == "key.unavailable"
    assert registry.load(KeyFolder(folder)) == before


def test_a_short_passphrase_makes_no_set(folder: Path) -> None:
    assert code_of(lambda: Ceremony(folder, b"short").ensure_first_set(NOW, QUICK_SET)) == "key.unavailable"
    Ceremony(folder, PASSPHRASE).ensure_first_set(NOW, QUICK_SET)
    check_that_every_signer_is_published(folder)


def of(folder: Path, purpose: Purpose) -> KeyRecord:
    return registry.load(KeyFolder(folder)).active(purpose)


def test_rel_09_a_key_file_in_the_place_of_another(folder: Path, ceremony: Ceremony) -> None:
    mine, other = of(folder, Purpose.DATA_INTEGRITY), of(folder, Purpose.AUDIT)
    (folder / f"{mine.kid}.pem").write_bytes((folder / f"{other.kid}.pem").read_bytes())
    with pytest.raises(KeysError) as caught:
        open_ring(folder)
    assert (caught.value.code, caught.value.where) == ("key.mismatch", mine.kid)


def test_rel_07_a_key_file_that_others_may_read(folder: Path, ceremony: Ceremony) -> None:
    (folder / f"{of(folder, Purpose.AUDIT).kid}.pem").chmod(0o640)
    assert code_of(lambda: open_ring(folder)) == "key.permissions"


def test_rel_08_a_key_file_that_is_gone(folder: Path, ceremony: Ceremony) -> None:
    (folder / f"{of(folder, Purpose.AUDIT).kid}.pem").unlink()
    assert code_of(lambda: open_ring(folder)) == "key.unavailable"


def test_a_registry_that_is_gone_destroys_no_key(folder: Path, ceremony: Ceremony) -> None:
    (folder / "registry.json").unlink()
    before = sorted(path.name for path in folder.iterdir())
    assert code_of(lambda: ceremony.ensure_first_set(NOW, QUICK_SET)) == "key.mismatch"
    assert sorted(path.name for path in folder.iterdir()) == before


def test_there_is_no_folder(tmp_path: Path) -> None:
    assert code_of(lambda: open_ring(tmp_path / "none")) == "key.not_found"


def test_a_ring_shows_names_only(folder: Path, ceremony: Ceremony) -> None:
    ring = open_ring(folder)
    assert repr(ring) == f"<KeyRing {' '.join(record.kid for record in ring.registry.records)}>"


def first_set(ceremony: Ceremony) -> None:
    ceremony.ensure_first_set(NOW, QUICK_SET)


def rotate(ceremony: Ceremony) -> None:
    ceremony.announce(Purpose.DATA_INTEGRITY, "EdDSA", NOW)
    ceremony.mark_published(NOW)
    ceremony.activate_due(NOW + DELAY, DELAY)


def compromise(ceremony: Ceremony) -> None:
    known = ceremony.ensure_first_set(NOW, QUICK_SET)
    ceremony.mark_compromised(known.records[0].kid, NOW)


@pytest.mark.parametrize("effect", ["none", "half", "all"])
@pytest.mark.parametrize("act", [first_set, rotate, compromise])
def test_key_02_killed_between_any_two_steps(tmp_path: Path, act: Callable[[Ceremony], None], effect: str) -> None:
    steps = 0
    while True:
        folder = tmp_path / str(steps)
        if act is not first_set:
            Ceremony(folder, PASSPHRASE).ensure_first_set(NOW, QUICK_SET)
        try:
            act(Ceremony(folder, PASSPHRASE, FailingDisk(steps, effect)))
        except DiskError:
            finished = False
        else:
            finished = True
        if (folder / "registry.json").exists():
            check_that_every_signer_is_published(folder)
        act(Ceremony(folder, PASSPHRASE))
        check_that_every_signer_is_published(folder)
        known = registry.load(KeyFolder(folder))
        kept = {f"{record.kid}.pem" for record in known.records if record.state is not State.COMPROMISED}
        assert set(os.listdir(folder)) == kept | {"registry.json", ".lock"}
        assert len(known.of(Purpose.DATA_INTEGRITY)) <= 3
        if finished:
            break
        steps += 1
    assert steps >= 4


def test_a_retired_key_finishes_what_was_planned_with_it(folder: Path, ceremony: Ceremony) -> None:
    first = ceremony.ensure_first_set(NOW).active(Purpose.DATA_INTEGRITY)
    successor = ceremony.announce(Purpose.DATA_INTEGRITY, "EdDSA", NOW)
    ceremony.activate(successor.kid, NOW)
    ring = open_ring(folder)
    assert ring.signer(Purpose.DATA_INTEGRITY, "did:web:a.test").verification_method.endswith(successor.kid)
    assert [one.verification_method for one in ring.finishing(Purpose.DATA_INTEGRITY, "did:web:a.test")] == [
        f"did:web:a.test#{first.kid}"
    ]
    ceremony.destroy_private(first.kid)
    assert open_ring(folder).finishing(Purpose.DATA_INTEGRITY, "did:web:a.test") == ()


def test_a_compromised_key_finishes_nothing(folder: Path, ceremony: Ceremony) -> None:
    first = ceremony.ensure_first_set(NOW).active(Purpose.DATA_INTEGRITY)
    ceremony.mark_compromised(first.kid, NOW)
    assert open_ring(folder).finishing(Purpose.DATA_INTEGRITY, "did:web:a.test") == ()
