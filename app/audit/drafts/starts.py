"""What a new audit starts from: another audit a year on, or a template; as the form has it."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.audit.drafts import queries
from app.audit.drafts.models import AuditTemplate
from app.audit.drafts.rules import as_next_year, next_reference, typed_of
from app.audit.models import Audit
from app.audit.queries import is_taken
from app.people.queries import kinds_now


def as_audit(session: Session, of: Audit) -> dict[str, str]:
    """Return the form of an audit as another was, a year on, under the next reference that is free."""
    typed = as_next_year(of, typed_of(of, queries.scale_of(of)), queries.newest_version(session, of))
    return _open(session, {**typed, "ref": next_reference(typed["ref"], lambda ref: is_taken(session, ref))})


def as_template(session: Session, of: AuditTemplate) -> dict[str, str]:
    """Return the form of an audit that starts from a template."""
    return _open(session, of.body)


def _open(session: Session, typed: Mapping[str, str]) -> dict[str, str]:
    """Leave out kinds of work that are closed by now."""
    kinds = kinds_now(session)
    found = dict(typed)
    for which in ("law_types", "bands", "document_kinds"):
        offered = {kind.code for kind in kinds.of(which).open}
        found[which] = "\n".join(code for code in typed.get(which, "").split("\n") if code in offered)
    return found
