"""How far first and second grades agree, for those who lead the audit."""
