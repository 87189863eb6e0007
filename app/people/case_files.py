"""Where the file of a case is opened: the addresses that an administrator sets, and the links made of them. Pure.

Nothing here opens an address: a person does, by a link.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit

CASE_REF, DOCUMENT = "{case_ref}", "{document}"
LONGEST = 500
# What an address may be written with: nothing that a browser would read in another way than it looks.
_WRITTEN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%{}]+")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\Z")
_REFERENCE = re.compile(r"[A-Za-z0-9/.-]+")
# A browser takes these for "here" and "one up", however they are encoded.
_STEPS = {".", ".."}


def address_fault(address: str, *, needs: str, also: str = "") -> str | None:
    """Return why an address cannot be used, as the end of a sentence that begins with it; None where it can.

    `needs` is the placeholder that it must have, `also` another that it may have.
    """
    if len(address) > LONGEST:
        return f"must have {LONGEST} characters or fewer"
    if not _WRITTEN.fullmatch(address):
        return (
            "has a space or a character that an address cannot have. Write it as the address bar of a browser shows it"
        )
    return _server_fault(address) or _placeholder_fault(address, needs, also)


def _server_fault(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "is no address that can be read"
    if parts.scheme != "https" or not address[:8].lower().startswith("https://"):
        return "must begin with https://"
    if "@" in parts.netloc:
        return "must not have a user name or password in it"
    if not _HOST.match(parts.hostname or ""):
        return "must name a server after https://, such as cases.example.org"
    return None


def _placeholder_fault(address: str, needs: str, also: str) -> str | None:
    parts = urlsplit(address)
    inside = f"{parts.path}?{parts.query}"
    for name in (needs, *([also] if also else [])):
        if address.count(name) > 1:
            return f"must have {name} once"
        if address.count(name) != inside.count(name):
            return f"must have {name} in the path or after the question mark, not in the name of the server or after #"
    if needs not in address:
        return f"must have {needs} where the {'reference of the case' if needs == CASE_REF else 'document'} belongs"
    left = address.replace(needs, "").replace(also, "") if also else address.replace(needs, "")
    if "{" in left or "}" in left:
        return f"has braces that stand for nothing. It can have {needs}{f' and {also}' if also else ''}"
    return None


def can_be_linked(reference: str) -> bool:
    """Say whether a case's reference can stand in an address: letters, digits, hyphens, slashes and full stops."""
    return bool(_REFERENCE.fullmatch(reference)) and not _STEPS & set(reference.split("/"))


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case's file: its reference, and where it is opened; empty where nobody set that or it cannot be linked."""

    reference: str
    address: str
    documents: str

    def document_link(self, key: str) -> str:
        """Return where one document of the file is opened, by its key in the case system; empty where it cannot be."""
        if not self.documents or not key.strip() or key.strip() in _STEPS:
            return ""
        return self.documents.replace(DOCUMENT, quote(key.strip(), safe=""))


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """The two settings as they stand; empty where nobody set them."""

    case_address: str = ""
    document_address: str = ""

    @property
    def values(self) -> Mapping[str, str]:
        """Return them by name."""
        return {"case_address": self.case_address, "document_address": self.document_address}

    def of(self, reference: str) -> CaseFile:
        """Return the file of a case."""
        if not can_be_linked(reference):
            return CaseFile(reference, "", "")
        encoded = quote(reference, safe="")
        # The key of a document comes later and may hold anything: no value is put where another has been put.
        return CaseFile(
            reference, self.case_address.replace(CASE_REF, encoded), self.document_address.replace(CASE_REF, encoded)
        )


# By name: the placeholder that each address must have, and the one that it may have.
PLACEHOLDERS = {"case_address": (CASE_REF, ""), "document_address": (DOCUMENT, CASE_REF)}


def setting_fault(name: str, address: str) -> str | None:
    """Return why a setting cannot have an address, as the end of a sentence; an empty one takes the links away."""
    needs, also = PLACEHOLDERS[name]
    return address_fault(address, needs=needs, also=also) if address else None


@lru_cache(maxsize=16)
def case_files(kept: str) -> CaseFiles:
    """Return the settings of a kept row; one that a later version wrote may hold more."""
    found = json.loads(kept) if kept else {}
    return CaseFiles(found.get("case_address", ""), found.get("document_address", ""))
