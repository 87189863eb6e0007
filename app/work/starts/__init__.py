"""What a new audit starts from: another audit with its figures, or a template."""
