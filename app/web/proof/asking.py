"""The page that asks whoever is signed in to prove again who they are, and keeps what they typed meanwhile."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from starlette.responses import Response

from app.errors import ProofNeeded
from app.people.enums import FactorKind
from app.people.factors import kinds_of
from app.web.pages import Filled, Page
from app.web.refusals import SECRET_FIELDS, page_before
from app.web.routing import PROVE, Visit, path_of, seal


@dataclass(frozen=True, kw_only=True)
class ProvePage(Page):
    """Prove again who one is: by a code, a passkey, or the password of whoever has neither."""

    template: ClassVar[str] = "web/proof/prove.html"
    form: Filled
    action: str
    next: str
    kept: str
    app: bool
    passkey: bool
    sent: bool


def prove_page(visit: Visit, form: Filled, *, there: str, kept: str) -> ProvePage:
    """Return the page for whoever is signed in."""
    kinds = kinds_of(visit.session, visit.viewer.id)
    return ProvePage(
        title="Prove that it is you",
        form=form,
        action=PROVE,
        next=there,
        kept=kept,
        app=FactorKind.CODE in kinds,
        passkey=FactorKind.PASSKEY in kinds,
        sent=bool(kept),
    )


def ask_for_proof(visit: Visit, form: Mapping[str, list[str]]) -> Response:
    """Ask for a proof on the way to a page, or before what was sent is done; that waits on the page, sealed."""
    path = path_of(visit.request)
    if visit.request.method == "GET":
        query = visit.request.scope["query_string"].decode("latin-1")
        there, kept = quote(path) + (f"?{query}" if query else ""), ""
    else:
        sent = {name: list(values) for name, values in form.items() if name not in SECRET_FIELDS}
        # A button alone is pressed again, on the page on which it stands.
        there = page_before(visit.request.headers.get("referer", ""), visit.request.headers.get("host"))
        kept = json.dumps({"path": path, "form": sent, "by": seal(visit, visit.viewer.id)}) if sent else ""
    page = prove_page(visit, Filled(), there=there, kept=kept)
    return visit.render(page, status=ProofNeeded.status)
