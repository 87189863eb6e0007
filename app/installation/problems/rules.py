"""What the number of a fault looks like. Pure."""

import re

_FAULT = re.compile(r"[0-9A-F]{8}")


def told_fault(number: str) -> str:
    """Return the number of a fault, empty where it is none."""
    return number if _FAULT.fullmatch(number) else ""
