"""From findings to improvement: pages for supervision, the practitioner's reading, teams, an area's live page."""
