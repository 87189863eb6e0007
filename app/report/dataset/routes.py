"""Routes of the dataset of a finalised audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.models import Audit
from app.errors import NotFound
from app.long_acts.forethought import Forethought, foreseen, settled
from app.report.dataset.actions import TOO_FEW, dataset_of, hidden_now, take
from app.report.dataset.enums import DatasetEdition
from app.report.dataset.files import files_of, hidden_in_words
from app.report.dataset.guards import dataset_taker
from app.report.files.names import plain_name
from app.report.files.packing import packed
from app.report.queries import publication
from app.web.pages import Page
from app.web.routing import Router, Visit

router = Router()


@dataclass(frozen=True, kw_only=True)
class DatasetPage(Page):
    """The two editions of an audit's dataset, with what the research edition hides."""

    template: ClassVar[str] = "report/dataset/dataset.html"
    audit: Audit
    identifier: str
    hidden: Sequence[str]
    refusal: str


@router.get("/audits/{ref}/dataset", dataset_taker)
def dataset_page(visit: Visit, audit: Audit) -> Response:
    """Offer the editions of the dataset."""
    hidden, frozen = hidden_now(visit.session, audit), publication(visit.session, audit)
    page = DatasetPage(
        title="Dataset",
        audit=audit,
        identifier=frozen.sha256 if frozen else "",
        hidden=hidden_in_words(hidden) if hidden else (),
        refusal="" if hidden else TOO_FEW,
    )
    return visit.render(page)


def _edition(visit: Visit) -> DatasetEdition:
    if visit.sent("edition") not in set(DatasetEdition):
        raise NotFound
    return DatasetEdition(visit.sent("edition"))


def _made(visit: Visit, audit: Audit) -> dict[str, bytes]:
    return files_of(dataset_of(visit.session, audit, _edition(visit)))


def _beforehand(visit: Visit, audit: Audit) -> Forethought[dict[str, bytes]]:
    return foreseen(visit.session, lambda: _made(visit, audit), audit.ref)


@router.post("/audits/{ref}/dataset", dataset_taker, beforehand=_beforehand)
def take_dataset(visit: Visit, audit: Audit) -> Response:
    """Give an edition as one zip, and keep who took it."""
    edition = _edition(visit)
    files = settled(visit.session, visit.forethought, lambda: _made(visit, audit))
    take(visit.session, audit, edition, files, by=visit.viewer.id)
    name = plain_name(f"{audit.ref}-dataset-{edition}".encode("ascii", "replace").decode())
    told = {"Content-Disposition": f'attachment; filename="{name}.zip"', "Cache-Control": "no-store"}
    return Response(packed(files.items()), media_type="application/zip", headers=told)
