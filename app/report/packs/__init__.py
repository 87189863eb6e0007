"""Each area's pack and its improvement plan."""
