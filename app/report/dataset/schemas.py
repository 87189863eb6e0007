"""The dataset as the API gives it: its tables with their codebook."""

from pydantic import Field

from app.report.dataset.enums import DatasetEdition
from app.web.api.routing import Answer


class DatasetColumn(Answer):
    """A column of a table, as its codebook has it."""

    name: str
    type: str = Field(description="string, integer, number, date or yearmonth, as in Table Schema")
    says: str = Field(description="What it says of its row")
    values: dict[str, str] = Field(
        description="Each code that it may have, with its meaning; none where it has no list"
    )
    empty: str = Field(description="What null means; empty where it is never null")


class DatasetTable(Answer):
    """A table of the dataset."""

    name: str
    row: str = Field(description="What a row is")
    base: str = Field(description="Of which cases the table has rows")
    key: list[str] = Field(description="The columns that name a row")
    columns: list[DatasetColumn]
    rows: list[list[str | int | float | None]] = Field(description="Each row as its cells, in the order of the columns")


class DatasetGiven(Answer):
    """An edition of the dataset of a finalised audit."""

    ref: str
    name: str
    edition: DatasetEdition
    figures_sha256: str = Field(description="The figures that follow from the internal edition to the digit")
    document: str = Field(description="The threshold document of the audit")
    says: str = Field(description="Who it is for, and what is left out")
    hidden: list[str] = Field(description="What the research edition hides, as sentences")
    tables: list[DatasetTable]
