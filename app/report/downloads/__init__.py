"""Files of reports and area packs, to download."""
