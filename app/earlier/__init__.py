"""Earlier audits: their case-level results read from files and kept as finalised audits."""
