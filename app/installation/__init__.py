"""The installation itself: the settings that an administrator makes on a page."""
