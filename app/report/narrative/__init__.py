"""The report's sentences, boxes and cautions."""
