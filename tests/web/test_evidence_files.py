"""Evidence files over HTTP: in parts, sandboxed, by addresses that need no cookie (UPL-04)."""

from __future__ import annotations

import pytest
from house import House
from photos import photo
from web import SLUG, Town, Visitor, problem, web_of, without_limits

PDF = (
    b"%PDF-1.7\n1 0 obj <</Type /Catalog /OpenAction 2 0 R>> 2 0 obj <</S /JavaScript /JS (app.alert(1))>>\n"
    + b"x" * 900
)
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(range(256)) * 40


def attached(visitor: Visitor, name: str, body: bytes, media_type: str) -> dict:
    id = visitor.post("/api/submissions", {"achievement": SLUG}).json()["id"]
    answer = visitor.post(f"/api/submissions/{id}/files", files={"file": (name, body, media_type)})
    assert answer.status_code == 201, answer.text
    file: dict = answer.json()
    return file


@pytest.fixture(scope="module")
def video(town: Town) -> str:
    file = attached(town.as_(town.teacher), "lesson.mp4", MP4, "video/mp4")
    return town.web.desk.evidence_links.url(file["id"], is_shown=True)


def test_upl_04_an_active_pdf_is_flagged_and_only_ever_a_download(town: Town) -> None:
    visitor = town.as_(town.teacher)
    file = attached(visitor, "form.pdf", PDF, "application/pdf")
    assert [one["code"] for one in file["notes"]] == ["upload.flagged_active"]
    for path in (f"/evidence/{file['id']}", town.web.desk.evidence_links.url(file["id"], is_shown=True)):
        answer = visitor.get(path)
        assert answer.content == PDF
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert "sandbox" in answer.headers["content-security-policy"].split("; ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-0", 0, 1), ("bytes=10-19", 10, 20), ("bytes=100-", 100, None), ("bytes=-7", -7, None),
     ("bytes=5-999999999", 5, None), ("bytes=-999999999", 0, None)],
)  # fmt: skip
def test_a_part_is_sent_as_it_is_asked_for(town: Town, video: str, asked: str, start: int, end: int | None) -> None:
    answer = town.anybody().get(video, headers={"range": asked})
    first = start % len(MP4)
    assert (answer.status_code, answer.content) == (206, MP4[start:end])
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(MP4)}"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-disposition"].startswith("inline; ")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9-3", "bytes=-", "lines=1-2", "bytes=x-", "bytes=1"])
def test_what_is_no_single_range_is_answered_with_all_of_it(town: Town, video: str, asked: str) -> None:
    answer = town.anybody().get(video, headers={"range": asked})
    assert (answer.status_code, answer.content) == (200, MP4)
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("asked", [f"bytes={len(MP4)}-", "bytes=-0", "bytes=999999999999-"])
def test_a_part_beyond_the_end_is_416(town: Town, video: str, asked: str) -> None:
    answer = town.anybody().get(video, headers={"range": asked})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(MP4)}")
    assert answer.content == b""


def test_a_range_of_another_version_is_answered_with_all_of_it(town: Town, video: str) -> None:
    visitor = town.anybody()
    etag = visitor.get(video).headers["etag"]
    assert visitor.get(video, headers={"range": "bytes=0-3", "if-range": etag}).status_code == 206
    assert visitor.get(video, headers={"range": "bytes=0-3", "if-range": '"other"'}).content == MP4


def test_an_address_works_for_an_hour_and_for_one_file(town: Town, video: str) -> None:
    visitor = town.anybody()
    other = attached(town.as_(town.teacher), "b.txt", b"b", "text/plain")["id"]
    ours = video.removeprefix("/files/").partition(".")[0]
    for wrong in (video[:-1] + "!", video.replace(ours, other), video.replace(".show.", ".save."), "/files/x"):
        assert problem(visitor.get(wrong)) == (404, "not_found")
    town.house.clock.advance(minutes=61)
    assert problem(visitor.get(video)) == (404, "not_found")
    town.house.clock.advance(minutes=-61)


def test_a_page_that_shows_one_file_may_do_nothing_else(town: Town) -> None:
    visitor = town.as_(town.teacher)
    file = attached(visitor, "board.png", photo("PNG"), "image/png")
    answer = visitor.page(f"/evidence/{file['id']}/view")
    policy = answer.headers["content-security-policy"]
    assert "sandbox allow-same-origin allow-downloads" in policy.split("; ")
    assert "script-src" not in policy
    assert '<img class="whole" src="/files/' in answer.text
    assert town.as_(town.stranger).page(f"/evidence/{file['id']}/view").status_code == 404


def test_files_come_from_their_own_origin_where_one_is_set(tmp_path, keys_folder) -> None:
    house = House(tmp_path, keys_folder, EVIDENCE_ORIGIN="https://files.school.example")
    with web_of(house, without_limits(house)) as web:
        teacher = house.teacher()
        visitor = web.visitor(teacher)
        file = attached(visitor, "a.txt", b"words", "text/plain")
        answer = visitor.get(f"/evidence/{file['id']}")
        where = answer.headers["location"]
        assert (answer.status_code, where.startswith("https://files.school.example/files/")) == (303, True)
        anybody = web.visitor()
        assert anybody.get(where).content == b"words"
        for path in ("/", "/badges", f"/evidence/{file['id']}", "/static/style.css"):
            assert problem(anybody.get(f"https://files.school.example{path}")) == (400, "http.host")
        policy = visitor.page("/badges").headers["content-security-policy"]
        assert "media-src 'self' https://files.school.example;" in policy
    house.close()


def test_several_files_of_one_input_fill_the_rows_beside_it(town: Town) -> None:
    visitor = town.as_(town.teacher)
    id = visitor.post("/api/submissions", {"achievement": "focusing-on-student-learning"}).json()["id"]
    name = "/cycles/0/tool/attachments/0/file"
    files = [(f"upload:{name}", (one, one.encode(), "text/plain")) for one in ("a.txt", "b.txt", "c.txt")]
    files += [("upload:/reflection/form/file", ("d.txt", b"d", "text/plain"))] * 2
    fields = {name: "", "/cycles/0/tool/attachments/0/caption": "Our tool", "/reflection/form/file": ""}
    assert visitor.form(f"/submissions/{id}", data=fields, files=files).status_code == 303
    folder = visitor.get(f"/api/submissions/{id}").json()
    names = {one["id"]: one["name"] for one in folder["files"]}
    placed = folder["evidence"]["cycles"][0]["tool"]["attachments"]
    assert [names[one["file"]] for one in placed] == ["a.txt", "b.txt", "c.txt"]
    assert names[folder["evidence"]["reflection"]["form"]["file"]] == "d.txt"
    assert len(names) == 5
    page = visitor.page(f"/submissions/{id}").text
    assert "“Our tool” <small>Cycle 1 › Data collection tool" in page
    assert "Not used in the evidence." in page
    assert "Each at most 25 MiB." in page
