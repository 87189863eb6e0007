"""The rows of the mapping room as the event log keeps them."""

from app.events import Row
from app.mapping.models import MappingSource, MappingVersion


def source_row(of: MappingSource) -> Row:
    """Return a source's row."""
    return Row("mapping_source", of.id, {"kind": of.kind, "name": of.name}, {"closed": of.closed_at})


def version_row(of: MappingVersion) -> Row:
    """Return a version's row; its body is held by a hash."""
    shown = {"source": of.source_id, "number": of.number, "sha256": of.sha256}
    return Row("mapping_version", of.id, shown, {"body": of.body, "author": [of.made_by, of.made_at]})
