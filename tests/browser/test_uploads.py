"""Files in a browser: several at once, over a broken connection, taken up again after a reload; a video that plays."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from photos import photo
from playwright.sync_api import Page, Route, expect

SLUG = "focusing-on-student-learning"
PLACE = "/cycles/0/tool/attachments/0/file"
RECORD = """async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [64, 48];
  const brush = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm;codecs=vp8" });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const done = new Promise((stopped) => { recorder.onstop = stopped; });
  recorder.start();
  for (let step = 0; step < 12; step += 1) {
    brush.fillStyle = `hsl(${step * 30} 80% 50%)`;
    brush.fillRect(0, 0, 64, 48);
    await new Promise((next) => setTimeout(next, 40));
  }
  recorder.stop();
  await done;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""


def opened(page: Page) -> str:
    """A new draft with everything unfolded; its id."""
    answer = page.request.post("/api/submissions", data={"achievement": SLUG})
    id: str = answer.json()["id"]
    page.goto(f"/submissions/{id}")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    return id


def chosen(name: str, body: bytes, kind: str) -> Any:
    return {"name": name, "mimeType": kind, "buffer": body}


def upload_input(page: Page) -> Any:
    return page.locator(f'[data-file-input="{PLACE}"] input[type=file]')


def lose(count: int) -> Callable[[Route], None]:
    """A connection that breaks so many times."""
    left = [count]

    def handle(route: Route) -> None:
        left[0] -= 1
        if left[0] >= 0 and route.request.method == "PATCH":
            route.abort("internetdisconnected")
        else:
            route.fallback()

    return handle


def test_files_are_sent_over_a_broken_connection_placed_and_played(sit_down: Callable[..., Any]) -> None:
    desk = sit_down("teacher")
    page = desk.page
    id = opened(page)
    video = base64.b64decode(page.evaluate(RECORD))
    page.route("**/api/uploads/*", lose(1))
    files = [chosen("lesson.webm", video, "video/webm"), chosen("board.jpg", photo(), "image/jpeg")]
    upload_input(page).set_input_files([*files, chosen("all.zip", b"PK\x03\x04", "application/zip")])
    lines = page.locator(".uploads li")
    for name, words in (("lesson.webm", "Attached"), ("board.jpg", "was taken out"), ("all.zip", "cannot be attached")):
        expect(lines.filter(has_text=name)).to_contain_text(words, timeout=20_000)
    expect(page.locator("#upload-state")).not_to_be_empty()
    expect(page.locator("#save-state")).to_contain_text("Saved", timeout=15_000)
    folder = page.request.get(f"/api/submissions/{id}").json()
    names = {one["id"]: one["name"] for one in folder["files"]}
    placed = [names[one["file"]] for one in folder["evidence"]["cycles"][0]["tool"]["attachments"]]
    assert sorted(placed) == ["board.jpg", "lesson.webm"]
    film = next(key for key, name in names.items() if name == "lesson.webm")
    page.goto(f"/evidence/{film}/view")
    player = page.locator("video")
    loaded = "one => new Promise((done) => one.readyState >= 2 ? done() : one.addEventListener('loadeddata', done))"
    player.evaluate(loaded)
    assert player.evaluate("one => [one.videoWidth, one.videoHeight, one.error]") == [64, 48, None]
    desk.faults[:] = [one for one in desk.faults if "ERR_INTERNET_DISCONNECTED" not in one and "415" not in one]


def test_an_upload_goes_on_after_the_page_was_opened_again(sit_down: Callable[..., Any]) -> None:
    page = sit_down("teacher").page
    id = opened(page)
    body = b"What we saw in the second lesson.\n" * 30_000
    announced = {"name": "notes.txt", "size_bytes": len(body)}
    begun = page.request.post(f"/api/submissions/{id}/uploads", data=announced).json()
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert page.request.patch(f"/api/uploads/{begun['id']}", data=body[:600_000], headers=headers).ok
    page.reload()
    expect(page.locator("#unfinished-uploads")).to_contain_text("notes.txt 59 %")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.headers["upload-offset"]) if one.method == "PATCH" else None)
    upload_input(page).set_input_files([chosen("notes.txt", body, "text/plain")])
    expect(page.locator(".uploads li")).to_contain_text("Attached")
    assert sent == ["600000"], json.dumps(sent)
    assert [one["id"] for one in page.request.get(f"/api/submissions/{id}").json()["files"]] == [begun["id"]]
    expect(page.locator("#save-state")).to_contain_text("Saved")
