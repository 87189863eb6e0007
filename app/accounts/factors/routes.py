"""Routes of with what somebody proves who they are: set up, named, taken away, and recovery codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from markupsafe import Markup
from starlette.responses import Response

from app.accounts.factors import actions, passkeys, queries
from app.accounts.factors.forms import AppForm, NameForm, PasskeyForm
from app.accounts.factors.rules import FEW_LEFT, PROVES
from app.accounts.proving.entering import asked, site_of
from app.errors import Conflict
from app.people.enums import FactorKind
from app.people.factors import Factor, has_to_have_one
from app.people.models import Person
from app.people.rules import Viewer
from app.sealing import Sealing
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.proof.lately import lately_proved
from app.web.proof.resuming import goes_on
from app.web.proof.starting import end_others, proved_now, session_token
from app.web.routing import SET_UP, Guard, Router, Visit, signed_in

router = Router()
setting_up = lately_proved(signed_in)


def _own(visit: Visit) -> Factor:
    return queries.factor(visit.session, visit.viewer.id, visit.number("factor_id"))


own_factor = Guard("whoever set it up", _own)
changing = lately_proved(own_factor)


@dataclass(frozen=True, kw_only=True)
class FactorsPage(Page):
    """With what a person proves who they are, and what lately changed of their account."""

    template: ClassVar[str] = "accounts/factors/factors.html"
    factors: Sequence[Factor]
    recovery: int
    few: bool
    needed: bool
    changes: Sequence[tuple[datetime, str]]


@dataclass(frozen=True, kw_only=True)
class SetUpPage(Page):
    """Set up a passkey or an app."""

    template: ClassVar[str] = "accounts/factors/set_up.html"
    form: Filled
    seed: str
    key: str
    picture: Markup
    has_app: bool
    first: bool
    must: bool
    next: str


@dataclass(frozen=True, kw_only=True)
class RecoveryPage(Page):
    """Recovery codes, shown once."""

    template: ClassVar[str] = "accounts/factors/recovery.html"
    codes: Sequence[str]
    email: str
    next: str


@dataclass(frozen=True, kw_only=True)
class FactorPage(Page):
    """One passkey or app: its name, and taking it away."""

    template: ClassVar[str] = "accounts/factors/factor.html"
    factor: Factor
    form: Filled
    is_passkey: bool


def _needed(visit: Visit) -> bool:
    return has_to_have_one(visit.settings.asks_for_a_factor_of, visit.viewer.grants)


@router.get(SET_UP, signed_in)
def factors_page(visit: Visit, viewer: Viewer) -> Response:
    """Show with what a person proves who they are."""
    every = queries.factors(visit.session, viewer.id)
    left = sum(f.kind is FactorKind.RECOVERY for f in every)
    page = FactorsPage(
        title="How you prove who you are",
        factors=[f for f in every if f.kind in PROVES],
        recovery=left,
        few=left <= FEW_LEFT,
        needed=_needed(visit),
        changes=queries.changes(visit.session, viewer.id),
    )
    return visit.render(page)


def _set_up_page(visit: Visit, form: Filled, *, sealed: str = "") -> SetUpPage:
    viewer, sealing = visit.viewer, Sealing.of(visit.settings)
    about = actions.about_seed(viewer.id)
    seed = sealing.open(sealed, about=about) if sealed else actions.new_seed()
    have = {f.kind for f in queries.factors(visit.session, viewer.id)}
    return SetUpPage(
        title="Set up how you prove who you are",
        form=form,
        seed=sealed or sealing.seal(seed, about=about),
        key=" ".join(seed[i : i + 4] for i in range(0, len(seed), 4)),
        picture=_picture(visit, seed),
        has_app=FactorKind.CODE in have,
        first=not have & set(PROVES),
        must=visit.must_set_up,
        next=visit.sent("next") or visit.query("next"),
    )


def _picture(visit: Visit, seed: str) -> Markup:
    """Return a seed as a picture that a phone reads, with no style of its own, so that our policy stays as it is."""
    import segno  # noqa: PLC0415 - a start does not wait for it
    from pyotp import TOTP  # noqa: PLC0415

    link = TOTP(seed).provisioning_uri(name=visit.viewer.email, issuer_name=f"Casework Audit, {site_of(visit).host}")
    made = segno.make(link, error="m")
    svg = made.svg_inline(scale=4, svgclass="app-qr", lineclass=None, omitsize=True, title="QR code with the key below")
    # Made by us of an address that was escaped into a link: no text of anybody's stands in it.
    return Markup(svg)  # noqa: S704


@router.get(f"{SET_UP}/new", setting_up)
def set_up_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show how to set up a passkey or an app."""
    return visit.render(_set_up_page(visit, Filled()))


@router.post(f"{SET_UP}/app", setting_up)
def add_app(visit: Visit, viewer: Viewer) -> Response:
    """Keep an app whose first code is right."""
    sent, form = fill(AppForm, visit.form)
    if sent is None:
        return _again(visit, form)
    first = _is_first(visit, viewer)
    try:
        actions.add_app(visit.session, viewer.id, sent.seed, sent.proof, Sealing.of(visit.settings))
    except Conflict as refusal:
        return _again(visit, form.with_errors(proof=refusal.sentence))
    return _added(visit, viewer, FactorKind.CODE, first=first)


def _again(visit: Visit, form: Filled) -> Response:
    return visit.render(_set_up_page(visit, form, sealed=visit.sent("seed")), status=422)


def _is_first(visit: Visit, viewer: Viewer) -> bool:
    return not any(f.kind in PROVES for f in queries.factors(visit.session, viewer.id))


def _added(visit: Visit, viewer: Viewer, kind: FactorKind, *, first: bool) -> Response:
    """Say that something was added; with the first come recovery codes, and everywhere else one signs in anew."""
    proved_now(visit, kind)
    if not first:
        return visit.redirect(SET_UP, "Kept. You can sign in with it from now on.")
    end_others(visit, viewer.id)
    return _new_codes(visit, viewer)


def _new_codes(visit: Visit, viewer: Viewer) -> Response:
    codes = actions.make_recovery_codes(visit.session, viewer.id)
    there = visit.sent("next")
    page = RecoveryPage(title="Your recovery codes", codes=codes, email=viewer.email, next=there)
    return visit.render(page)


@router.post(f"{SET_UP}/passkey/options", setting_up)
def ask_to_make_a_passkey(visit: Visit, viewer: Viewer) -> Response:
    """Say for the script of the page which passkey a browser shall make."""
    half = actions.begin_half(visit.session, session_token(visit), viewer.id, None)
    person, known = visit.session.get_one(Person, viewer.id), queries.factors(visit.session, viewer.id)
    return asked(half, passkeys.to_make(site_of(visit), person, known, called="Casework Audit"))


@router.post(f"{SET_UP}/passkey", setting_up)
def add_passkey(visit: Visit, viewer: Viewer) -> Response:
    """Keep a passkey that a browser made."""
    sent, form = fill(PasskeyForm, visit.form)
    challenge = actions.take_challenge(visit.session, queries.half_way(visit.session, session_token(visit)))
    if sent is None:
        return _again(visit, form)
    first = _is_first(visit, viewer)
    try:
        made = passkeys.made(site_of(visit), sent.credential, challenge)
    except Conflict as refusal:
        return _again(visit, form.with_errors(credential=refusal.sentence))
    actions.add_passkey(visit.session, viewer.id, sent.name, made)
    return _added(visit, viewer, FactorKind.PASSKEY, first=first)


@router.post(f"{SET_UP}/recovery", setting_up)
def make_codes(visit: Visit, viewer: Viewer) -> Response:
    """Make new recovery codes; those before work no more."""
    if _is_first(visit, viewer):
        raise Conflict("Recovery codes go with a passkey or an app. Set one up first, and you get them with it.")
    return _new_codes(visit, viewer)


@router.post(f"{SET_UP}/done", signed_in)
def done(visit: Visit, _viewer: Viewer) -> Response:
    """Go on with what was begun, once recovery codes are kept."""
    return goes_on(visit, "You have set up how you prove who you are.", title="Now send what you had begun")


def _factor_page(of: Factor, form: Filled) -> FactorPage:
    return FactorPage(title=of.name, factor=of, form=form, is_passkey=of.kind is FactorKind.PASSKEY)


@router.get(f"{SET_UP}/{{factor_id}}", own_factor)
def factor_page(visit: Visit, of: Factor) -> Response:
    """Show a passkey or an app."""
    return visit.render(_factor_page(of, Filled({"name": of.name})))


@router.post(f"{SET_UP}/{{factor_id}}/name", changing)
def rename(visit: Visit, of: Factor) -> Response:
    """Call a passkey by another name."""
    sent, form = fill(NameForm, visit.form)
    if sent is None:
        return visit.render(_factor_page(of, form), status=422)
    actions.rename(visit.session, of, sent.name)
    return visit.redirect(SET_UP, "Kept.")


@router.post(f"{SET_UP}/{{factor_id}}/remove", changing)
def remove(visit: Visit, of: Factor) -> Response:
    """Take a passkey or an app away."""
    actions.remove(visit.session, of, needed=_needed(visit))
    return visit.redirect(SET_UP, f"{of.name} is taken away. Nobody signs in with it any more.")
