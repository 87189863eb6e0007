"""The report as a document: sections, tables, editions."""
