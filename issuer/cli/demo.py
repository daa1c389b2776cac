"""`issuer demo`: the whole story from evidence to a revoked certification, without a browser."""

from __future__ import annotations

import json
import shlex
import tempfile
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from issuer.app.story import Story, Verified
from issuer.cli.installation import opened, read_settings
from issuer.settings import Settings
from issuer.verification.report import Verdict

REVOKED = "building-will"
REASON = "Demonstration: the visits did not take place."


@click.command()
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path),
              help="Keep database and keys in this new folder; otherwise they are thrown away.")  # fmt: skip
def demo(out: Path, data: Path | None) -> None:
    """Earn all badges of the catalogue with the examples, verify each in every form, revoke one.

    Writes OUT/credentials/<slug>.json, .jwt, .png and .svg, did.json, status/*.json, summary.json, and what
    became of everything after the revocation: after_revocation.json. Exit status 0 only if all of it held.

    \b
    Example:
      issuer demo --out build/demo
    """
    if data is not None:
        if data.exists() and any(data.iterdir()):
            raise click.BadParameter("this folder is not empty", param_hint="--data")
        held = _play(out, _settings(data))
    else:
        with tempfile.TemporaryDirectory(prefix="issuer-demo-") as folder:
            held = _play(out, _settings(Path(folder)))
    click.echo(_how_to_verify(out, data))
    raise click.exceptions.Exit(0 if held else 1)


def _how_to_verify(out: Path, data: Path | None) -> str:
    """The issuer of the demo is nowhere on the network: only who has its data, or is given did.json, can verify."""
    if data is None:
        return (
            "The issuer's keys are gone; other software can verify the badges with did.json. With --data you can, too."
        )
    return (
        f"To verify them again: DATA_DIR={shlex.quote(str(data))} issuer verify {shlex.quote(str(out / 'credentials'))}"
    )


def _settings(folder: Path) -> Settings:
    return read_settings(DATA_DIR=str(folder), DATABASE_URL="", KEY_PASSPHRASE="", KEY_PASSPHRASE_FILE="", SMTP_URL="")


def _play(out: Path, settings: Settings) -> bool:
    """Whether everything held."""
    if not settings.is_loopback:
        raise click.UsageError("the demo is for this machine only: leave PUBLIC_URL out, or set it to localhost")
    with opened(settings) as service, _progress() as progress:
        story = Story(service)
        revoked = REVOKED if REVOKED in story.slugs else story.slugs[0]
        stacks = service.catalogue.stacks
        issued = _issue(story, progress, len(stacks))
        _write_issued(out, story, issued)
        progress.console.print(f"Issued {len(issued)} badges; {_counted(issued)}.")
        after = _revoke(story, progress, revoked, len(issued))
        _write_after(out, story, revoked, after)
    for one in after:
        if one.verdict is not Verdict.VALID:
            click.echo(f"After revoking {revoked}: {one.slug} is {one.verdict} ({', '.join(one.codes)})")
    is_whole = len(issued) == len(story.slugs) + len(stacks)
    all_valid = all(one.verdict is Verdict.VALID for one in issued)
    return is_whole and all_valid and _fell(after, {revoked, *(one.slug for one in stacks if revoked in one.requires)})


def _issue(story: Story, progress: Progress, stacks: int) -> tuple[Verified, ...]:
    earning = progress.add_task("Hand in, review, issue", total=len(story.slugs))
    story.earn_all(lambda _: progress.advance(earning))
    verifying = progress.add_task("Verify in four forms", total=len(story.slugs) + stacks)
    return story.verified(lambda _: progress.advance(verifying))


def _revoke(story: Story, progress: Progress, slug: str, badges: int) -> tuple[Verified, ...]:
    revoking = progress.add_task("Revoke one, verify again", total=badges)
    story.revoke(slug, REASON)
    return story.verified(lambda _: progress.advance(revoking))


def _write_issued(out: Path, story: Story, issued: tuple[Verified, ...]) -> None:
    credentials = out / "credentials"
    credentials.mkdir(parents=True, exist_ok=True)
    for one in issued:
        for suffix, body in one.forms.items():
            (credentials / f"{one.slug}.{suffix}").write_bytes(body)
    (out / "did.json").write_bytes(story.did_document())
    _write_lists(out / "status", story)
    _write_json(out / "summary.json", [_entry(one) for one in issued])


def _write_after(out: Path, story: Story, revoked: str, after: tuple[Verified, ...]) -> None:
    _write_lists(out / "status_after_revocation", story)
    verdicts = [{**_entry(one), "codes": list(one.codes)} for one in after]
    _write_json(out / "after_revocation.json", {"revoked": revoked, "reason": REASON, "badges": verdicts})


def _write_lists(folder: Path, story: Story) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in story.status_lists().items():
        (folder / f"{name}.json").write_bytes(body)


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _entry(one: Verified) -> dict[str, str]:
    return {"slug": one.slug, "id": one.url, "verdict": one.verdict.value}


def _counted(badges: tuple[Verified, ...]) -> str:
    counts = {verdict: sum(one.verdict is verdict for one in badges) for verdict in Verdict}
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)


def _progress() -> Progress:
    columns = (TextColumn("{task.description:<26}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


def _fell(after: tuple[Verified, ...], expected: set[str]) -> bool:
    """Whether the revoked badge and what was stacked on it fell, and nothing else."""
    fallen = {one.slug for one in after if one.verdict is Verdict.INVALID and one.codes == ("status.revoked",)}
    standing = {one.slug for one in after if one.verdict is Verdict.VALID}
    return fallen == expected and len(fallen) + len(standing) == len(after)
