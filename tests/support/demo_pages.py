"""The pages that there are, with something to show on each."""

from __future__ import annotations

from issuer.app.composition import Service
from issuer.app.demo import TEACHER


def places(service: Service) -> dict[str, str]:
    """Every kind of page of a demo service: its name, and who may see it (`-` for everybody) before its path."""
    teacher = service.store.read(lambda tx: tx.people.by_email(TEACHER.email))
    assert teacher is not None
    badges = {one.award.achievement: one.award for one in service.desk.share.backpack(teacher.id).badges}
    submissions = {one.achievement: one for one in service.desk.submit.mine(teacher.id)}
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
        "badge-private": f"teacher /badges/{badges['collecting-data'].id}",
        "draft": f"teacher /submissions/{submissions['sharing-learning'].id}",
        "draft-checked": f"teacher /submissions/{submissions['sharing-learning'].id}?check=1",
        "returned": f"teacher /submissions/{submissions['soliciting-feedback-from-peers'].id}",
        "waiting": f"teacher /submissions/{submissions['using-improvement-methods'].id}",
        "account": "teacher /account", "reviews": "reviewer /reviews",
        "review": f"reviewer /reviews/{submissions['using-improvement-methods'].id}",
        "reviewed": f"reviewer /reviews/{submissions['understanding-improvement'].id}",
        "people": "administrator /admin/people", "issued": "administrator /admin/badges",
        "issued-badge": f"administrator /admin/badges/{opened.id}",
        "issued-badge-revoked": f"administrator /admin/badges/{revoked.id}",
    }  # fmt: skip
