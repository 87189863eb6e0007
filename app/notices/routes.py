"""Routes of notices: a person's choice, what they have read, and the administrator's page about email."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.errors import Conflict
from app.labels import plural
from app.notices import queries, telling
from app.notices.enums import MAIL_CHOICE_LABELS, MAIL_STATE_LABELS, MailChoice, MailState
from app.notices.forms import MailForm
from app.notices.models import Notice
from app.people.enums import Role
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit, administrator, signed_in

router = Router()


@dataclass(frozen=True, kw_only=True)
class MailChoicePage(Page):
    """When a person wants email."""

    template: ClassVar[str] = "notices/choice.html"
    form: Filled
    options: Mapping[MailChoice, str]
    on: bool
    urgent: bool


@dataclass(frozen=True, kw_only=True)
class MailPage(Page):
    """How email is doing."""

    template: ClassVar[str] = "notices/mail.html"
    on: bool
    by: str
    counts: Sequence[tuple[str, int]]
    failing: Notice | None
    given_up: Sequence[Notice]


def _choice_page(visit: Visit, viewer: Viewer, form: Filled) -> MailChoicePage:
    return MailChoicePage(
        title="When you get email",
        form=form,
        options=MAIL_CHOICE_LABELS,
        on=visit.settings.sends_mail,
        urgent=viewer.holds(Role.LEAD, Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR),
    )


@router.get("/account/mail", signed_in)
def choice_page(visit: Visit, viewer: Viewer) -> Response:
    """Show when a person gets email."""
    return visit.render(
        _choice_page(visit, viewer, Filled({"choice": queries.choice_of(visit.session, viewer.id).value}))
    )


@router.post("/account/mail", signed_in)
def choose(visit: Visit, viewer: Viewer) -> Response:
    """Keep when a person wants email."""
    sent, form = fill(MailForm, visit.form)
    if sent is None:
        return visit.render(_choice_page(visit, viewer, form), status=422)
    telling.choose(visit.session, sent.choice, by=viewer)
    return visit.redirect("/account", f"Kept. You get email: {MAIL_CHOICE_LABELS[sent.choice].lower()}.")


@router.post("/news/read", signed_in)
def read(visit: Visit, viewer: Viewer) -> Response:
    """Mark the news as read."""
    telling.mark_read(visit.session, by=viewer)
    return visit.redirect("/")


@router.get("/admin/mail", administrator)
def mail_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show how email is doing: what waits, what was given up and why."""
    counts, mail = queries.counts_by_state(visit.session), visit.settings
    page = MailPage(
        title="Email",
        on=visit.settings.sends_mail,
        by="GOV.UK Notify" if mail.notify_key else f"a mail server, from {mail.sender}",
        counts=[(MAIL_STATE_LABELS[state], counts.get(state, 0)) for state in MailState],
        failing=queries.oldest_waiting(visit.session),
        given_up=queries.parked(visit.session),
    )
    return visit.render(page)


def _refuse_without_mail(visit: Visit) -> None:
    if not visit.settings.sends_mail:
        raise Conflict(
            "Email is not set up, so no message leaves. The administrator’s guide says which settings it needs."
        )


@router.post("/admin/mail/test", administrator)
def send_test(visit: Visit, viewer: Viewer) -> Response:
    """Send a test message to the administrator who asks."""
    _refuse_without_mail(visit)
    telling.send_test(visit.session, by=viewer)
    return visit.redirect("/admin/mail", f"A test message to {viewer.email} leaves within half a minute.")


@router.post("/admin/mail/again", administrator)
def try_again(visit: Visit, _viewer: Viewer) -> Response:
    """Try again what was given up."""
    _refuse_without_mail(visit)
    return visit.redirect("/admin/mail", f"{plural(telling.try_again(visit.session), 'message')} will be tried again.")
