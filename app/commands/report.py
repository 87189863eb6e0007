"""Commands of the report: an audit's report and an area's pack, as files."""

import argparse

from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.commands.arguments import FIGURES, Refused, WrongUse
from app.commands.installation import audit_called, opened
from app.report import queries
from app.report.actions import basis_of, current_figures, figures_of, figures_text
from app.report.document import assembled
from app.report.document.imprint import with_imprint
from app.report.enums import Edition, Stage
from app.report.figures import disclosure
from app.report.files.formats import Format, file_of, picture_svg
from app.report.packs import document as packs
from app.settings import Settings


def run_report(options: argparse.Namespace, settings: Settings) -> None:
    """Write an audit's report as a file, or its figures."""
    if options.format == FIGURES:
        _figures(options, settings)
        return
    if options.out is None:
        raise WrongUse(f"--out is missing: name the file that the {Format(options.format).about.label} is written to.")
    with opened(settings) as database, database.reading() as session:
        audit = audit_called(session, options.audit)
        document = assembled.report_document(
            session, audit, edition=Edition(options.edition), as_at=Stage(options.as_at)
        )
        document = with_imprint(session, audit, document, settings)
    _write(options, file_of(document, Format(options.format), picture_svg))


def _figures(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.reading() as session:
        audit = audit_called(session, options.audit)
        found = (figures_of if queries.publication(session, audit) else current_figures)(
            session, audit, Stage(options.as_at)
        )
        result = (
            disclosure.public_edition(found, basis_of(session, audit)) if options.edition == Edition.PUBLIC else found
        )
    text = figures_text(result) + "\n"
    if options.out is None:
        print(text, end="")
    else:
        _write(options, text.encode())


def run_area_pack(options: argparse.Namespace, settings: Settings) -> None:
    """Write an area's pack as a file."""
    with opened(settings) as database, database.reading() as session:
        audit = audit_called(session, options.audit)
        document = packs.area_pack(session, audit, _area(session, audit, options.area))
        document = with_imprint(session, audit, document, settings)
    _write(options, file_of(document, Format(options.format), picture_svg))


def _area(session: Session, audit: Audit, wanted: str) -> str:
    """Return the code of one of the audit's areas, however it was typed."""
    known = queries.area_order(session, audit)
    found = next((area for area in known if area.casefold() == wanted.strip().casefold()), None)
    if found is None:
        raise Refused(f"{audit.ref} has no area {wanted}. Its areas: {', '.join(known) or 'none yet'}.")
    return found


def _write(options: argparse.Namespace, content: bytes) -> None:
    try:
        options.out.write_bytes(content)
    except OSError as error:
        raise Refused(f"{options.out} cannot be written: {error.strerror}.") from error
