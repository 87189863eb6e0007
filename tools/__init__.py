"""Tools of the building: set-up and checks."""
