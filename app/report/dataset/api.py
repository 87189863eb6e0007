"""Routes of the JSON API: the dataset of a finalised audit, for programs."""

from collections.abc import Mapping
from random import SystemRandom
from typing import Any

from pydantic import Field

from app.audit.models import Audit
from app.long_acts.forethought import Forethought, foreseen, settled
from app.report.dataset.actions import Dataset, dataset_of, take
from app.report.dataset.codebook import Column, Table
from app.report.dataset.enums import DatasetEdition
from app.report.dataset.files import cell, described, hidden_in_words
from app.report.dataset.guards import dataset_taker
from app.report.dataset.rules import by_lot
from app.report.dataset.schemas import DatasetGiven
from app.web.api.routing import ApiRouter, Query
from app.web.routing import Visit

router = ApiRouter()
REFERENCE, PRACTITIONER = "case_ref", "practitioner"
SAYS = {
    DatasetEdition.INTERNAL: "Official-sensitive: for those who answer for the figures, which follow from it to the "
    "digit. No reference of a case, no identifier of a practitioner and nothing that somebody wrote is in it: "
    "practitioners are numbered by lot, each time anew. The file of the page Dataset has the rest.",
    DatasetEdition.RESEARCH: "No identifiers, no text that somebody wrote, no days. Counts by area, law type, "
    "employment and band are not those of the report.",
}


class DatasetQuery(Query):
    """Which edition is wanted."""

    edition: DatasetEdition = Field(
        default=DatasetEdition.RESEARCH,
        description="`internal` for those who answer for the figures, `research` in which nobody stands out",
    )


def _beforehand(visit: Visit, audit: Audit) -> Forethought[Dataset] | None:
    edition = visit.query("edition") or DatasetEdition.RESEARCH
    if edition not in set(DatasetEdition):
        return None
    return foreseen(visit.session, lambda: dataset_of(visit.session, audit, DatasetEdition(edition)), audit.ref)


@router.get(
    "/audits/{ref}/dataset",
    dataset_taker,
    response_model=DatasetGiven,
    query=DatasetQuery,
    beforehand=_beforehand,
)
def read_dataset(visit: Visit, audit: Audit, asked: DatasetQuery) -> object:
    """Give an edition of the dataset of a finalised audit with its codebook; the log keeps who took it."""
    made = settled(visit.session, visit.forethought, lambda: dataset_of(visit.session, audit, asked.edition))
    take(visit.session, audit, asked.edition, described(made), by=visit.viewer.id)
    lots = by_lot((row[PRACTITIONER] for row in made.rows["cases"] if PRACTITIONER in row), SystemRandom())
    return {
        "ref": made.ref,
        "name": made.name,
        "edition": made.edition,
        "figures_sha256": made.figures_sha256,
        "document": made.document,
        "says": SAYS[made.edition],
        "hidden": hidden_in_words(made.hidden) if made.hidden else [],
        "tables": [_table(made, table, lots) for table in made.tables],
    }


def _table(of: Dataset, table: Table, lots: Mapping[Any, int]) -> dict[str, Any]:
    columns = [_column(c) for c in table.columns if not c.typed and c.name != REFERENCE]
    rows = [[_cell(c, row.get(c.name), lots) for c in columns] for row in of.rows[table.name]]
    said = [
        {"name": c.name, "type": c.type, "says": c.says, "values": dict(c.values), "empty": c.empty} for c in columns
    ]
    return {"name": table.name, "row": table.row, "base": table.base, "key": table.key, "columns": said, "rows": rows}


def _column(of: Column) -> Column:
    if of.name != PRACTITIONER:
        return of
    return Column(of.name, "The practitioner, numbered by lot in this answer alone", "integer")


def _cell(column: Column, value: object, lots: Mapping[Any, int]) -> object:
    found = lots[value] if column.name == PRACTITIONER else cell(column, value)
    return None if found == "" else found
