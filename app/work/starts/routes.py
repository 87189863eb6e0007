"""Routes of a new audit that starts from another one or from a template."""

from starlette.responses import Response

from app.audit.drafts import queries
from app.audit.drafts.forms import filled
from app.audit.drafts.pages import DEFAULTS, draft_page
from app.audit.drafts.starts import as_template
from app.audit.guards import commissioner
from app.audit.queries import audit
from app.errors import NotFound
from app.people.rules import Viewer
from app.web.forms import number_of
from app.web.pages import Filled
from app.web.routing import Router, Visit
from app.work.starts.comparing import as_earlier

router = Router()


@router.get("/audits/new/from", commissioner)
def start(visit: Visit, viewer: Viewer) -> Response:
    """Fill in the form of a new audit with what it starts from; nothing is kept."""
    chosen = visit.query("start")
    kind, _, name = chosen.partition(":")
    if kind == "audit":
        typed = as_earlier(visit.session, audit(visit.session, viewer, name))
    elif kind == "template":
        typed = as_template(visit.session, queries.template(visit.session, number_of(name)))
    elif chosen:
        raise NotFound
    else:
        return visit.redirect("/audits/new")
    form = filled(typed)
    values = {**DEFAULTS, **{field: text for field, text in form.values.items() if text}}
    return visit.render(draft_page(visit, Filled({**form.values, **values}), started=chosen))
