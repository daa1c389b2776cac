"""What people are told of: every kind of notice, its words, and the page it leads to.

A notice holds ids only. The words are made when it is read or sent, so that nothing about a person is kept in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from issuer.domain.people import Role


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    code: stable name. label: what it is, for the list of switches. subject, sentence: words with `{badge}` for the
    name of the badge. place: path of the page, with the names of the notice's ids. roles: whose switch it is.
    is_optional: whether its mails can be switched off; what keeps an account safe cannot.
    """

    code: str
    label: str
    subject: str
    sentence: str
    place: str
    roles: frozenset[Role]
    is_optional: bool = True


_TEACHER = frozenset({Role.TEACHER})
_REVIEWER = frozenset({Role.REVIEWER})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_EVERYBODY = frozenset(Role)

_KINDS = (
    Kind("award.issued", "A badge is issued to me", "Your badge: {badge}",
         "Your badge “{badge}” has been issued. See it, and decide who may see it.", "/badges/{award}", _TEACHER),
    Kind("submission.returned", "My evidence is returned", "To revise: your evidence for {badge}",
         "Your evidence for “{badge}” was returned to you for revision. The page says what is asked for.",
         "/submissions/{submission}", _TEACHER),
    Kind("submission.declined", "My evidence is declined", "Decided: your evidence for {badge}",
         "Your evidence for “{badge}” was declined. The page says why.", "/submissions/{submission}", _TEACHER),
    Kind("comment.to_teacher", "A reviewer writes to me", "A reviewer wrote about {badge}",
         "A reviewer wrote to you about your evidence for “{badge}”.", "/submissions/{submission}", _TEACHER),
    Kind("appeal.answered", "My appeal is answered", "Your appeal about {badge}",
         "Your appeal about “{badge}” was answered.", "/submissions/{submission}", _TEACHER),
    Kind("question.received", "A reader asks about work I share", "A question about the work you share",
         "A reader asks you about the work you share for “{badge}”.", "/submissions/{submission}/resource", _TEACHER),
    Kind("question.answered", "An author answers my question", "Answered: your question about {badge}",
         "The author of work shared for “{badge}” has answered your question.", "/asked/{question}", _EVERYBODY),
    Kind("revision.extended", "I get more time to revise", "More time: your evidence for {badge}",
         "You have more time to revise your evidence for “{badge}”. The page says until when.",
         "/submissions/{submission}", _TEACHER),
    Kind("appeal.outcome", "An appeal against my decision is answered", "Answered: an appeal about {badge}",
         "An appeal against your decision about “{badge}” was answered.", "/reviews/{submission}", _REVIEWER),
    Kind("appeal.nobody", "An appeal has nobody to answer it", "An appeal about {badge} needs a reviewer",
         "A teacher appeals against a decision about “{badge}”, and no reviewer of the school is free to answer: all "
         "took part. Give somebody else the role.", "/admin/people", _ADMINISTRATOR),
    Kind("award.revoked", "A badge of mine is revoked", "Revoked: your badge {badge}",
         "Your badge “{badge}” was revoked. The page says why.", "/badges/{award}", _TEACHER),
    Kind("award.suspended", "A badge of mine is suspended", "Suspended: your badge {badge}",
         "Your badge “{badge}” was suspended. The page says why.", "/badges/{award}", _TEACHER),
    Kind("award.reinstated", "A badge of mine is active again", "Active again: your badge {badge}",
         "Your badge “{badge}” is active again.", "/badges/{award}", _TEACHER),
    Kind("submission.received", "Evidence waits for review", "To review: evidence for {badge}",
         "Evidence for “{badge}” was handed in and waits for a reviewer.", "/reviews/{submission}", _REVIEWER),
    Kind("comment.to_reviewer", "A teacher writes to me", "A teacher wrote about {badge}",
         "A teacher wrote about the evidence for “{badge}”.", "/reviews/{submission}", _REVIEWER),
    Kind("appeal.received", "A teacher appeals against a decision", "An appeal about {badge}",
         "A teacher asks that the decision about “{badge}” be looked at again.", "/reviews/{submission}",
         _REVIEWER | _ADMINISTRATOR),
    Kind("invitation.accepted", "Somebody I invited has joined", "An invitation was accepted",
         "Somebody you invited has opened their account.", "/admin/people", _ADMINISTRATOR),
    Kind("registration.waiting", "Somebody asks for an account", "Somebody asks for an account",
         "Somebody has asked for an account and waits for their link.", "/admin/invitations", _ADMINISTRATOR),
    Kind("account.password", "My password is changed", "Your password was changed",
         "The password of your account was changed, and every other session was ended. If that was not you, ask an "
         "administrator for help at once.", "/account", _EVERYBODY, is_optional=False),
    Kind("account.address", "My e-mail addresses change", "Your e-mail addresses were changed",
         "An e-mail address of your account was added, removed or made the main one.", "/account", _EVERYBODY,
         is_optional=False),
    Kind("account.second_factor", "My second factor changes", "Your second factor was changed",
         "The second factor of your account was set up or taken away.", "/account", _EVERYBODY, is_optional=False),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {one.code: one for one in _KINDS}


def switches_of(roles: Collection[Role]) -> list[Kind]:
    """The kinds whose mails somebody with these roles can switch on and off, in order of the list."""
    return [one for one in _KINDS if one.is_optional and not one.roles.isdisjoint(roles)]
