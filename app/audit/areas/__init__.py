"""The parts into which the service is divided: named, moved between regions, closed, split and merged."""
