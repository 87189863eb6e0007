"""The rows of drafts of audits as the event log keeps them."""

from app.audit.drafts.models import AuditDraft, AuditTemplate
from app.events import Row


def draft_row(of: AuditDraft) -> Row:
    """Return the row of a draft; what is typed in it is sealed."""
    sealed = {"typed": of.typed, "saved": [of.saved_by, of.saved_at], "returned": [of.returned_by, of.returned_why]}
    return Row("audit draft", of.audit_id, {}, sealed)


def template_row(of: AuditTemplate) -> Row:
    """Return the row of a template."""
    shown = {"name": of.name, "retired": of.retired_at is not None}
    return Row(
        "audit template",
        of.id,
        shown,
        {"made": [of.body, of.made_by, of.made_at], "ended": [of.retired_by, of.retired_at]},
    )
