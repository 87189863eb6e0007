"""An area's own review of its audited cases."""
