"""The form of what the service is called."""

from app.db import LineOrEmpty
from app.web.forms import Form


class ServiceForm(Form):
    """What the service is called, and whom readers can ask."""

    organisation: LineOrEmpty = ""
    contact: LineOrEmpty = ""
    marking: LineOrEmpty = ""
    public_marking: LineOrEmpty = ""
