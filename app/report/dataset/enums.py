"""Words of the dataset."""

from enum import StrEnum


class DatasetEdition(StrEnum):
    """Who a dataset is for: those who answer for the figures, or somebody who does research with it."""

    INTERNAL = "internal"
    RESEARCH = "research"
