"""The demonstration: invented people, the audit of November 2014, and a live audit."""
