"""Compiled templates are kept beside them: by whoever can, for this program only, and never in a page's way."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from app.web import compiled
from app.web.compiled import Compiled

SOURCE = "{% for name in names %}{{ name }} {% endfor %}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a template, where Python keeps what it compiles beside it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "page.html").write_text(SOURCE)
    return tmp_path


def said(folder: Path) -> str:
    """Return what a new process says with the template."""
    return (
        Environment(loader=FileSystemLoader(folder), bytecode_cache=Compiled(folder), autoescape=True)
        .get_template("page.html")
        .render(names=["a", "<b>"])
    )


def kept(folder: Path) -> list[Path]:
    """Return the files that are kept."""
    return sorted((folder / "__pycache__").glob("*"))


def test_it_is_kept_once_and_read_by_the_next(folder: Path) -> None:
    assert said(folder) == "a &lt;b&gt; "
    [file] = kept(folder)
    before = file.stat().st_mtime_ns
    assert said(folder) == "a &lt;b&gt; "
    assert [f.stat().st_mtime_ns for f in kept(folder)] == [before], "it was read, not made again"


def test_another_version_of_the_program_or_of_the_template_never_reads_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(folder)
    [file] = kept(folder)
    ours = file.read_bytes()
    with monkeypatch.context() as other:
        other.setattr(compiled, "program", lambda: "another program")
        assert said(folder) == "a &lt;b&gt; "
        assert file.read_bytes() != ours
    (folder / "page.html").write_text("changed")
    assert said(folder) == "changed"
    assert kept(folder) == [file], "what is out of date gives its place"


@pytest.mark.parametrize("broken", [b"", b"j2", b"\x00" * 200])
def test_a_file_that_cannot_be_read_is_made_again(folder: Path, broken: bytes) -> None:
    said(folder)
    [file] = kept(folder)
    whole = file.read_bytes()
    for content in (broken, whole[:-20], whole[:20] + b"\xff" * 40):
        file.write_bytes(content)
        assert said(folder) == "a &lt;b&gt; "
        assert file.read_bytes() == whole


def test_where_nothing_can_be_kept_a_page_is_made_all_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert said(folder) == "a &lt;b&gt; "
    assert kept(folder) == []
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (folder / "__pycache__").write_text("no folder")
    assert said(folder) == "a &lt;b&gt; "


def test_several_at_once_leave_one_whole_file(folder: Path) -> None:
    with ThreadPoolExecutor(8) as at_once:
        assert set(at_once.map(said, [folder] * 40)) == {"a &lt;b&gt; "}
    assert len(kept(folder)) == 1
