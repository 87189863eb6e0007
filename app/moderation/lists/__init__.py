"""Lists of an audit's cases and challenges."""
