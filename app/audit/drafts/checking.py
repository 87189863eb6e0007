"""What keeps a draft from being commissioned, field by field, and the commission that it is where nothing does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.commission.forms import CommissionForm, wishes_of
from app.audit.commission.rules import not_offered
from app.audit.drafts.queries import documents, reference_faults
from app.audit.framework import Commission
from app.audit.library import queries as library_queries
from app.audit.models import Audit, ThresholdText
from app.labels import listed
from app.people.kinds import KindsOfWork
from app.people.queries import kinds_now
from app.web.forms import fill, readable
from app.web.pages import Filled


@dataclass(frozen=True, slots=True)
class Checked:
    """A form that was looked at: what was typed with what is wrong, and the commission where nothing is."""

    form: Filled
    wanted: Commission | None


def checked(session: Session, sent: Mapping[str, Sequence[str]], of: Audit | None = None) -> Checked:
    """Look at a form of an audit; `of` is the draft that it is of, where there is one."""
    whole, form = fill(CommissionForm, sent)
    read = whole or readable(CommissionForm, sent)
    found = {**read.faults(form.errors), **_faults_in_the_house(session, read, of), **form.errors}
    form = replace(form, errors={name: found[name] for name in CommissionForm.model_fields if name in found})
    kept = document_chosen(session, read)
    if whole is None or kept is None or form.errors:
        return Checked(form, None)
    scale = library_queries.document(kept).scale
    decided = {
        "threshold_id": whole.threshold,
        "comparators": whole.comparators(scale[0].code, scale[-1].code),
        "shape": whole.shape.kept(),
        "fraction": str(whole.shape.fraction) if whole.shape.fraction else "",
    }
    return Checked(form, Commission.model_validate(whole, update=decided))


def document_chosen(session: Session, sent: CommissionForm) -> ThresholdText | None:
    """Return the document that a form names."""
    return next((t for t in documents(session) if t.id == sent.threshold), None)


def _faults_in_the_house(session: Session, sent: CommissionForm, of: Audit | None) -> dict[str, str]:
    """Return what does not fit what is there: its kinds of work, reference, areas, staff or document."""
    kinds = kinds_now(session)
    found = not_offered(kinds, sent.law_types or (), sent.bands or (), sent.document_kinds or ())
    if sent.ref and (taken := reference_faults(session, sent.ref, of)):
        found["ref"] = taken
    found |= _faults_of_the_sample(session, sent, kinds)
    kept = document_chosen(session, sent)
    if kept is None:
        return {**found, "threshold": sent.wrong["threshold"]}
    judged = library_queries.document(kept)
    unjudged = [kinds.law_types.short(law) for law in sent.law_types or () if not judged.standards_for(law)]
    if unjudged and "law_types" not in found:
        found["law_types"] = (
            f"The document chosen has no standards for {' and '.join(unjudged)}. Leave that out, or choose another "
            "document"
        )
    return found


def _faults_of_the_sample(session: Session, sent: CommissionForm, kinds: KindsOfWork) -> dict[str, str]:
    found = {}
    known = {a.code for a in queries.service_areas(session)}
    strange = [a for a in wishes_of(sent).only if a not in known]
    if known and strange:
        are = "is no service area" if len(strange) == 1 else "are no service areas"
        found["only_areas"] = f"{listed(strange)} {are} here. Write the codes as they stand in earlier lists"
    staff = [kind.code for kind in kinds.employment.open]
    if no_kind := next((kind for _, kind, _ in wishes_of(sent).staff_shares() if kind and kind not in staff), ""):
        found["staff"] = f"{no_kind} is no kind of staff here. There are: {', '.join(staff) or 'none'}"
    return found
