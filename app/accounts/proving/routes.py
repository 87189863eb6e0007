"""Routes of the second step of signing in, of a passkey in the place of both, and of proving once more who one is."""

from starlette.responses import RedirectResponse, Response

from app.accounts.actions import check_sign_in
from app.accounts.factors import actions as factors
from app.accounts.factors import passkeys, queries
from app.accounts.factors.actions import Tried
from app.accounts.factors.rules import PROVES, TOO_LATE
from app.accounts.proving import actions
from app.accounts.proving.actions import Outcome
from app.accounts.proving.entering import asked, enter, half_token, second_page, site_of
from app.accounts.proving.forms import ProofForm
from app.accounts.routes import sign_in_page_of
from app.errors import Conflict, NotFound, TooMany
from app.people.enums import SECONDED, FactorKind, Strength
from app.people.factors import HalfWay, kinds_of
from app.people.models import Person
from app.people.rules import Viewer
from app.sealing import Sealing
from app.web.forms import fill
from app.web.pages import Filled, set_cookie
from app.web.proof.asking import prove_page
from app.web.proof.resuming import goes_on
from app.web.proof.starting import proved_now, session_token
from app.web.routing import PROVE, Guard, Router, Visit, anyone, browser_token, signed_in
from app.web.sessions import HALF, hashed

router = Router()
NOT_YOURS = "The password is not right. Check it and try again"


def _half(visit: Visit) -> HalfWay | None:
    return queries.half_way(visit.session, half_token(visit))


half_way = Guard("anyone who has given a password", _half)


@router.get("/sign-in/factor", half_way)
def second_step(visit: Visit, half: HalfWay | None) -> Response:
    """Show the second step to whoever gave a password a moment ago."""
    if half is None or half.person_id is None:
        return RedirectResponse("/sign-in", 303)
    return visit.render(second_page(visit, half.person_id, Filled()))


@router.post("/sign-in/factor", half_way)
def prove_at_sign_in(visit: Visit, half: HalfWay | None) -> Response:
    """Sign somebody in who gave a password and now the rest."""
    if half is None or half.person_id is None or half.strength is None:
        return visit.render(sign_in_page_of(visit, Filled({}, {"email": TOO_LATE.rstrip(".")})), status=422)
    sent, form = fill(ProofForm, visit.form)
    person = visit.session.get_one(Person, half.person_id)
    found = _looked_at(visit, person.id, half, sent)
    if found.by is None or person.disabled_at is not None:
        return visit.render(second_page(visit, person.id, _with(form, found)), status=found.status)
    strength = SECONDED[half.strength, found.by]
    factors.end_half(visit.session, half)
    return enter(visit, person, strength)


def _looked_at(visit: Visit, person_id: int, half: HalfWay | None, sent: ProofForm | None) -> Outcome:
    if sent is None:
        return Outcome(field="proof", sentence=actions.WHICH)
    if sent.credential:
        return actions.by_passkey(visit.session, half, person_id, site_of(visit), sent.credential)
    tried = Tried(sent.proof, sent.recovery_code)
    return actions.by_typing(visit.session, person_id, tried, Sealing.of(visit.settings))


def _with(form: Filled, found: Outcome) -> Filled:
    """Return the form without what was typed: a code is typed anew."""
    return Filled({}, form.errors or {found.field: found.sentence}, {"credential": "passkey"})


@router.post("/sign-in/factor/options", half_way)
def ask_for_a_passkey(visit: Visit, half: HalfWay | None) -> Response:
    """Say for the script of the second step what a passkey has to sign."""
    if half is None or half.person_id is None:
        raise Conflict(TOO_LATE)
    return _asked(visit, half, half.person_id)


def _asked(visit: Visit, half: HalfWay, person_id: int) -> Response:
    known = [f for f in queries.factors(visit.session, person_id) if f.kind is FactorKind.PASSKEY]
    if not known:
        raise NotFound
    return asked(half, passkeys.to_use(site_of(visit), known))


@router.post("/sign-in/passkey/options", anyone)
def ask_for_any_passkey(visit: Visit, _person: Viewer | None) -> Response:
    """Say for the script of the sign-in page what a passkey has to sign that says itself whose it is."""
    token = factors.new_token()
    half = factors.begin_half(visit.session, token, None, None)
    response = asked(half, passkeys.to_use(site_of(visit)))
    set_cookie(response, visit.settings, HALF, token)
    return response


@router.post("/sign-in/passkey", anyone)
def sign_in_by_passkey(visit: Visit, _person: Viewer | None) -> Response:
    """Sign somebody in by a passkey that knew them: it is both, what one has and what one is or knows."""
    sent, _ = fill(ProofForm, visit.form)
    half = _half(visit)
    found, person = actions.by_passkey_alone(visit.session, half, site_of(visit), sent.credential if sent else "")
    if found.by is None or person is None or half is None:
        wrong = Filled({}, {"credential": found.sentence}, {"credential": "passkey"})
        return visit.render(sign_in_page_of(visit, wrong), status=found.status)
    factors.end_half(visit.session, half)
    return enter(visit, person, Strength.PASSKEY)


@router.post(PROVE, signed_in, slow=True)
def prove_again(visit: Visit, viewer: Viewer) -> Response:
    """Keep that whoever is signed in proved again who they are, and go on with what they had begun."""
    sent, form = fill(ProofForm, visit.form)
    found = _proved(visit, viewer, sent)
    if found.status != DONE:
        page = prove_page(visit, _with(form, found), there=visit.sent("next"), kept=visit.sent("kept"))
        return visit.render(page, status=found.status)
    proved_now(visit, found.by)
    return goes_on(visit, title="Now send what you had begun")


DONE = 200


def _proved(visit: Visit, viewer: Viewer, sent: ProofForm | None) -> Outcome:
    if kinds_of(visit.session, viewer.id) & set(PROVES):
        half = queries.half_way(visit.session, session_token(visit))
        found = _looked_at(visit, viewer.id, half, sent)
        return Outcome(found.by, status=DONE) if found.by else found
    password = sent.password if sent else ""
    try:
        right = check_sign_in(
            visit.session, email=viewer.email, password=password, browser=hashed(browser_token(visit))
        )
    except TooMany as refusal:
        return Outcome(field="password", sentence=refusal.sentence, status=actions.TOO_MANY)
    return Outcome(status=DONE) if right else Outcome(field="password", sentence=NOT_YOURS)


@router.post(f"{PROVE}/options", signed_in)
def ask_again_for_a_passkey(visit: Visit, viewer: Viewer) -> Response:
    """Say for the script of the page what a passkey of whoever is signed in has to sign."""
    half = factors.begin_half(visit.session, session_token(visit), viewer.id, None)
    return _asked(visit, half, viewer.id)
