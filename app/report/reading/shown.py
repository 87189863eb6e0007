"""Which edition and stage of a report somebody asked for, and the figures that they may see."""

from collections.abc import Sequence

from app.audit.enums import AuditState
from app.audit.models import Audit
from app.people.enums import Role
from app.report import actions, queries
from app.report.document import queries as document_queries
from app.report.document.assembled import figures_for
from app.report.enums import Edition, Stage
from app.report.guards import MAKERS
from app.report.models import PublishedEdition
from app.web.routing import Visit


def wanted_edition(visit: Visit) -> Edition:
    """Return the edition that is wanted; those who only read reports have the public one."""
    makers = any(grant.role is not Role.READER for grant in visit.viewer.grants)
    return Edition.PUBLIC if not makers or visit.query("edition") == Edition.PUBLIC else Edition.INTERNAL


def wanted_stage(visit: Visit) -> Stage:
    """Return the stage of the grades that is wanted, the final one where none is."""
    return next((stage for stage in Stage if stage == visit.query("as_at")), Stage.FINAL)


def kept_edition(visit: Visit, audit: Audit, number: int | None = None) -> PublishedEdition | None:
    """Return a publication in the wanted edition, the newest where no number is given."""
    return next((one for one in kept_editions(visit, audit) if number in {None, one.number}), None)


def kept_editions(visit: Visit, audit: Audit) -> Sequence[PublishedEdition]:
    """Return the publications in the wanted edition, newest first."""
    return document_queries.published_editions(visit.session, audit, wanted_edition(visit))


def reads_published(visit: Visit, audit: Audit) -> bool:
    """Say whether somebody reads what was published.

    Always then, but for its makers in a revision or at an earlier stage of the grades.
    """
    if audit.state is not AuditState.PUBLISHED:
        return False
    makes = visit.viewer.has(*MAKERS, audit=audit.ref)
    return not (
        makes and (wanted_stage(visit) is not Stage.FINAL or document_queries.open_revision(visit.session, audit))
    )


def figures_shown(visit: Visit, audit: Audit) -> str:
    """Return the figures that somebody may see, as JSON; how each auditor graded is for those who lead the audit."""
    if visit.viewer.has(*queries.BY_AUDITOR, audit=audit.ref) and wanted_edition(visit) is Edition.INTERNAL:
        return actions.figures_text(actions.figures_of(visit.session, audit, wanted_stage(visit)))
    kept = kept_edition(visit, audit) if reads_published(visit, audit) else None
    return (
        kept.figures
        if kept
        else actions.figures_text(figures_for(visit.session, audit, wanted_edition(visit), wanted_stage(visit)))
    )
