"""Many large files at once: they go to the disk as they come, never into memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
from server_process import PASSWORD, ServerProcess

AT_ONCE = 20
PIECE = 1024 * 1024
BODY = b"%PDF-1.7\n%" + b"x" * (4 * PIECE - 10)
HEADERS = {"content-type": "application/offset+octet-stream"}


def test_twenty_files_at_once_cost_little_memory(server: ServerProcess) -> None:
    """Eighty MiB in all. Held in memory while they arrive, they would show."""
    with httpx.Client(base_url=server.url, verify=False, trust_env=False, timeout=60) as client:
        account = {"email": "teacher@school.example", "password": PASSWORD}
        signed_in = client.post("/login", json=account, headers={"accept": "application/json"})
        client.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in signed_in.cookies.items())
        id = client.post("/api/submissions", json={"achievement": "building-will"}).json()["id"]
        before = server.resident_mib()

        def send(number: int) -> tuple[int, float]:
            announced = {"name": f"{number}.pdf", "size_bytes": len(BODY)}
            upload = client.post(f"/api/submissions/{id}/uploads", json=announced).json()["id"]
            most = 0.0
            for start in range(0, len(BODY), PIECE):
                headers = {**HEADERS, "upload-offset": str(start)}
                client.patch(f"/api/uploads/{upload}", content=BODY[start : start + PIECE], headers=headers)
                most = max(most, server.resident_mib())
            return client.post(f"/api/uploads/{upload}/complete").status_code, most

        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(send, range(AT_ONCE)))
        client.delete(f"/api/submissions/{id}")
    assert [status for status, _ in done] == [201] * AT_ONCE
    assert max(most for _, most in done) - before < 48
