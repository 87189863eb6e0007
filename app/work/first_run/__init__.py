"""The first days of an installation: what there has to be before an audit, each line worked out from what is there."""
