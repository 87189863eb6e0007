"""The commands of audits: list them, copy one."""
