"""Links into case files: which addresses are taken, and that no reference leads anywhere else."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.case_files import CASE_REF, DOCUMENT, CaseFiles, can_be_linked, case_files, setting_fault

REFERENCES = st.from_regex(r"[A-Za-z0-9/.-]{1,40}", fullmatch=True)
ADDRESSES = st.sampled_from(
    (
        "https://cases.example.org/file/{case_ref}",
        "https://cases.example.org:8443/file?ref={case_ref}&view=all",
        "https://c/{case_ref}/documents?key={document}",
        "https://CASES.example.org/{document}/of/{case_ref}#top",
    )
)
GOOD = (
    "https://cases.example.org/file/{case_ref}",
    "https://c.example:8443/?r={case_ref}",
    "HTTPS://c.example/{case_ref}",
)
BAD = {
    "http://cases.example.org/{case_ref}": "must begin with https://",
    "javascript:alert('{case_ref}')": "must begin with https://",
    "data:text/html,{case_ref}": "must begin with https://",
    "//cases.example.org/{case_ref}": "must begin with https://",
    "https:/cases.example.org/{case_ref}": "must begin with https://",
    "https:cases.example.org/{case_ref}": "must begin with https://",
    "https:///{case_ref}": "must name a server",
    "https://-x/{case_ref}": "must name a server",
    "https://[::1]/{case_ref}": "must name a server",
    "https://someone@cases.example.org/{case_ref}": "user name or password",
    "https://a:b@cases.example.org/{case_ref}": "user name or password",
    "https://@cases.example.org/{case_ref}": "user name or password",
    "https://cases.example.org/": "must have {case_ref} where the reference of the case belongs",
    "https://{case_ref}.example.org/": "must name a server",
    "https://cases.example.org:{case_ref}/": "no address that can be read",
    "https://cases.example.org:99999/{case_ref}": "no address that can be read",
    "https://cases.example.org/#{case_ref}": "not in the name of the server or after #",
    "https://cases.example.org/{case_ref}?r={case_ref}": "must have {case_ref} once",
    "https://cases.example.org/{case_ref}/{name}": "braces that stand for nothing",
    "https://cases.example.org/{{case_ref}}": "braces that stand for nothing",
    "https://cases.example.org/{case_ref}?d={document}": "braces that stand for nothing",
    "https://cases.example.org\\{case_ref}": "a character that an address cannot have",
    "https://cases.example.org/ {case_ref}": "has a space",
    "https://cases.example.org/\n{case_ref}": "has a space",
    'https://cases.example.org/"{case_ref}': "a character that an address cannot have",
    "https://cäses.example.org/{case_ref}": "a character that an address cannot have",
    "https://c/{case_ref}" + "x" * 500: "500 characters or fewer",
}


@pytest.mark.parametrize("address", GOOD)
def test_an_address_that_can_be_used(address: str) -> None:
    assert setting_fault("case_address", address) is None


@pytest.mark.parametrize("address", BAD)
def test_an_address_that_cannot_be_used(address: str) -> None:
    assert BAD[address] in (setting_fault("case_address", address) or "")


def test_the_address_of_a_document_needs_the_document_and_may_have_the_reference() -> None:
    assert setting_fault("document_address", "https://c/{case_ref}?d={document}") is None
    assert setting_fault("document_address", "https://c/?d={document}") is None
    assert "must have {document} where" in (setting_fault("document_address", "https://c/{case_ref}") or "")
    assert setting_fault("document_address", "") is None
    assert setting_fault("case_address", "") is None


@given(ADDRESSES, REFERENCES, st.text(max_size=40))
def test_a_link_leads_to_the_same_server_and_place_whatever_it_is_for(address: str, reference: str, key: str) -> None:
    file = CaseFiles(address.replace(DOCUMENT, "doc"), address if DOCUMENT in address else "").of(reference)
    if not can_be_linked(reference):
        assert (file.address, file.documents) == ("", "")
        return
    plain = urlsplit(address)
    for link in (file.address, file.document_link(key)):
        if not link:
            continue
        made = urlsplit(link)
        assert (made.scheme, made.netloc, made.fragment) == (plain.scheme, plain.netloc, plain.fragment)
        assert made.path.count("/") == plain.path.count("/")
        assert not {".", ".."} & {unquote(step) for step in made.path.split("/")}
        assert made.query.count("&") == plain.query.count("&")
        assert made.query.count("=") == plain.query.count("=")
        read = {
            wanted: unquote(got)
            for was, now in ((plain.path, made.path), (plain.query, made.query))
            for wanted, got in zip(was.replace("=", "/").split("/"), now.replace("=", "/").split("/"), strict=True)
        }
        assert read.get(CASE_REF, reference) == reference
        if link != file.address:
            assert read.get(DOCUMENT, key.strip()) == key.strip()


@given(st.text(max_size=20))
def test_only_letters_digits_hyphens_slashes_and_full_stops_are_linked(reference: str) -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/.")
    if can_be_linked(reference):
        assert reference
        assert set(reference) <= allowed


@given(st.text(max_size=80))
def test_whatever_is_taken_is_an_https_address_with_a_server_and_no_user(address: str) -> None:
    text = f"https://{address}{{case_ref}}"
    if setting_fault("case_address", text) is None:
        parts = urlsplit(text)
        assert parts.scheme == "https"
        assert parts.hostname
        assert parts.username is None
        assert parts.password is None
        assert CASE_REF in parts.path + parts.query


def test_settings_of_a_later_version_are_read_as_far_as_they_are_known() -> None:
    assert case_files('{"case_address": "https://c/{case_ref}", "marking": "x"}').of("A/1").address == "https://c/A%2F1"
    assert case_files("").of("A/1").address == ""
