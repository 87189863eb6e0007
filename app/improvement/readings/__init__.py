"""A practitioner's reading of their audited case, and what they and their service manager agree on."""
