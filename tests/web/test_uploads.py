"""Files in pieces over HTTP."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from web import SLUG, Town, Visitor, problem

from issuer.errors import TooManyRequests

TEXT = b"What we saw in the second lesson.\n" * 40
KIND = {"content-type": "application/offset+octet-stream"}


def begun(visitor: Visitor, size_bytes: int = len(TEXT), name: str = "notes.txt") -> str:
    id = visitor.post("/api/submissions", {"achievement": SLUG}).json()["id"]
    answer = visitor.post(f"/api/submissions/{id}/uploads", {"name": name, "size_bytes": size_bytes})
    assert answer.status_code == 201, answer.text
    return f"/api/uploads/{answer.json()['id']}"


def piece(visitor: Visitor, path: str, offset: object, body: bytes, **headers: str) -> Any:
    sent = {**KIND, "Upload-Offset": str(offset), **headers}
    return visitor.request("PATCH", path, content=body, headers=sent)


def test_a_file_arrives_in_pieces_and_the_offset_can_be_asked_for(town: Town) -> None:
    visitor = town.as_(town.teacher)
    path = begun(visitor)
    assert piece(visitor, path, 0, TEXT[:500]).json()["offset"] == 500
    assert problem(piece(visitor, path, 0, TEXT[:500])) == (409, "state.conflict")
    assert visitor.get(path).json()["offset"] == 500
    assert problem(visitor.post(f"{path}/complete")) == (409, "state.conflict")
    assert piece(visitor, path, 500, TEXT[500:]).json()["offset"] == len(TEXT)
    file = visitor.post(f"{path}/complete")
    assert (file.status_code, visitor.get(f"/evidence/{file.json()['id']}").content) == (201, TEXT)
    assert visitor.post(f"{path}/complete").json() == file.json()


def test_hostile_pieces_are_refused(town: Town) -> None:
    visitor = town.as_(town.teacher)
    path = begun(visitor)
    for offset, code in (("-1", "input.invalid"), ("x", "input.invalid"), ("9" * 40, "input.invalid")):
        assert problem(piece(visitor, path, offset, b"x")) == (400, code)
    assert problem(piece(visitor, path, 0, b"")) == (400, "input.empty")
    assert problem(piece(visitor, path, 0, bytes(len(TEXT) + 1))) == (413, "input.too_large")
    assert problem(piece(visitor, path, 0, bytes(1024 * 1024 + 1))) == (413, "input.too_large")
    assert problem(piece(visitor, path, 0, b"x", origin="https://elsewhere.example")) == (403, "csrf")
    assert problem(piece(town.anybody(), path, 0, b"x")) == (401, "auth.session")
    assert problem(piece(town.as_(town.colleague), path, 0, b"x")) == (404, "not_found")
    assert visitor.get(path).json()["offset"] == 0
    assert visitor.delete(path).status_code == 204
    assert problem(visitor.get(path)) == (404, "not_found")


def test_the_pieces_of_a_file_are_one_upload_to_the_limit(new_town: Any) -> None:
    town = new_town()
    visitor = town.as_(town.teacher)
    path = begun(visitor, 90)
    assert [piece(visitor, path, at, b"x").status_code for at in range(90)] == [200] * 90
    assert begun(visitor)
    for _ in range(60):
        with suppress(TooManyRequests):
            town.web.desk.rate_limits.spend("upload", town.teacher.id)
    id = visitor.post("/api/submissions", {"achievement": SLUG}).json()["id"]
    refused = visitor.post(f"/api/submissions/{id}/uploads", {"name": "a.txt", "size_bytes": 1})
    assert problem(refused) == (429, "rate.limited")
