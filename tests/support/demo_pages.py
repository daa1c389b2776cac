"""The pages that there are, with something to show on each."""

from __future__ import annotations

from issuer.app.composition import Service
from issuer.app.demo import ADMINISTRATOR, COLLEAGUE, TEACHER
from issuer.domain.people import Role

REFUSED = {"problem": 404, "shared-ended": 410}
"""Pages that say why there is nothing to show; the browser notes their status on its console."""


def places(service: Service) -> dict[str, str]:
    """Every kind of page of a demo service: its name, and who may see it (`-` for everybody) before its path."""
    teacher = service.store.read(lambda tx: tx.people.by_email(TEACHER.email))
    assert teacher is not None
    badges = {one.award.achievement: one.award for one in service.desk.share.backpack(teacher.id).badges}
    submissions = {one.achievement: one for one in service.desk.submit.mine(teacher.id)}
    desk = service.desk
    colleague, admin = service.store.read(
        lambda tx: [tx.people.by_email(one.email) for one in (COLLEAGUE, ADMINISTRATOR)]
    )
    assert colleague is not None
    assert admin is not None
    work = next(one for one in desk.share_work.mine(colleague.id).values() if one.published)
    invited = desk.join.invite(admin.id, "new.teacher@demo.example", [Role.TEACHER], admin.organisation_id)
    reset = desk.reset_password.link(admin.id, colleague.id)
    private = badges["collecting-data"]
    made, ended = (desk.share_links.make(teacher.id, private.id, one) for one in ("For the district", "For nobody"))
    desk.share_links.end(teacher.id, private.id, ended.link.id)
    question = desk.read_resources.ask(work.id, "A reader", "How did you choose the lessons you counted?")
    opened, revoked = badges["understanding-improvement"], badges["establishing-a-common-aim"]
    return {
        "start": "- /", "catalogue": "- /catalogue", "achievement": "- /achievements/building-will/v1",
        "certification": "- /achievements/teacher-leader/v1", "issuer": "- /issuer", "limits": "- /limits",
        "login": "- /login", "verify": "- /verify", "problem": "- /no/such/page",
        "share": f"- /credentials/{opened.id}",
        "share-revoked": f"- /credentials/{revoked.id}",
        "report": f"- /verify?url={service.identity.public_url}/credentials/{opened.id}",
        "report-revoked": f"- /verify?url={service.identity.public_url}/credentials/{revoked.id}",
        "badges": "teacher /badges", "badge": f"teacher /badges/{opened.id}",
        "badge-private": f"teacher /badges/{private.id}",
        "draft": f"teacher /submissions/{submissions['sharing-learning'].id}",
        "draft-checked": f"teacher /submissions/{submissions['sharing-learning'].id}?check=1",
        "returned": f"teacher /submissions/{submissions['soliciting-feedback-from-peers'].id}",
        "rubric": f"teacher /submissions/{submissions['understanding-improvement'].id}/rubric",
        "waiting": f"teacher /submissions/{submissions['using-improvement-methods'].id}",
        "account": "teacher /account", "reviews": "reviewer /reviews",
        "review": f"reviewer /reviews/{submissions['using-improvement-methods'].id}",
        "reviewed": f"reviewer /reviews/{submissions['understanding-improvement'].id}",
        "returned-review": f"reviewer /reviews/{submissions['soliciting-feedback-from-peers'].id}",
        "returned-reviews": "reviewer /reviews?state=returned",
        "people": "administrator /admin/people", "issued": "administrator /admin/badges",
        "issued-badge": f"administrator /admin/badges/{opened.id}",
        "issued-badge-revoked": f"administrator /admin/badges/{revoked.id}",
        "invitations": "administrator /admin/invitations", "person": f"administrator /admin/people/{colleague.id}",
        "join": f"- {invited.path}", "reset": f"- {reset}", "forgot": "- /forgot", "register": "- /register",
        "shared": f"- /s/{made.token}", "resources": "- /resources", "resource": f"- /resources/{work.id}",
        "question": f"- /questions/{question}", "share-work": f"colleague /submissions/{work.submission_id}/resource",
        "versions": f"teacher /submissions/{submissions['sharing-learning'].id}/versions",
        "version": f"teacher /submissions/{submissions['sharing-learning'].id}/versions/1",
        "notices": "teacher /notices", "notice-switches": "teacher /account/notices", "privacy": "teacher /privacy",
        "erase": "teacher /account/erase",
        "shared-ended": f"- /s/{ended.token}",
        "returned-queue": "reviewer /reviews?state=returned", "api-docs": "- /api-docs",
    }  # fmt: skip
