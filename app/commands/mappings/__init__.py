"""Exports of case systems on the command line, and the mappings that are kept."""
