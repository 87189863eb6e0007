"""The sources whose files are mapped: their versions, where they were used, and mappings as files."""
