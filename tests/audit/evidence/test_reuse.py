"""What was reused stays marked, and what is typed over is told; as properties of the rules."""

from hypothesis import given
from hypothesis import strategies as st

from app.audit.evidence.reuse import is_typed_over, marks_in, marks_of, new_marks, reused, tidied, together
from app.web.merging import digest, merge

WORDS = st.lists(st.from_regex(r"[a-z]{1,9}", fullmatch=True), min_size=1, max_size=12).map(" ".join)
MARK = st.builds(
    lambda origin, number, changed: f"{origin}.{number}{changed}",
    st.sampled_from(["above", "own", "bank"]),
    st.integers(1, 30),
    st.sampled_from(["", "", ".changed"]),
)
MARKS = st.lists(MARK, max_size=6).map(" ".join)


@given(WORDS, WORDS, WORDS)
def test_what_stands_whole_is_never_typed_over(text: str, before: str, after: str) -> None:
    assert not is_typed_over(text, f"{before} {text} {after}")


@given(WORDS)
def test_another_text_is_typed_over(text: str) -> None:
    assert is_typed_over(text, text.upper())


@given(WORDS, st.data())
def test_more_than_half_decides(text: str, data: st.DataObject) -> None:
    words = text.split()
    kept = data.draw(st.integers(0, len(words)))
    now = " ".join([*words[:kept], *(word.upper() for word in words[kept:])])
    left = sum(map(len, words[:kept]))
    assert is_typed_over(text, now) == (2 * left < sum(map(len, words)))


@given(MARKS)
def test_marks_are_written_in_one_way(words: str) -> None:
    assert tidied(tidied(words)) == tidied(words)
    assert marks_in(words).keys() == {tuple(word.split(".")[:2]) for word in words.split()}


@given(st.text(max_size=60))
def test_whatever_a_form_sends_is_read(words: str) -> None:
    assert all(mark.origin in {"above", "own", "bank"} for mark in marks_in(words).values())


@given(MARKS, MARKS, MARKS)
def test_marks_of_two_windows_are_brought_together(was: str, stored: str, sent: str) -> None:
    was, stored, sent = tidied(was), tidied(stored), tidied(sent)
    merged = together(merge({"S-reused": digest(was)}, {"S-reused": stored}, {"S-reused": sent}), {"S-reused": sent})
    assert not merged.clashes
    if was not in {stored, sent}:
        assert marks_in(merged.values["S-reused"]).keys() >= marks_in(stored).keys() | marks_in(sent).keys()


@given(WORDS, WORDS)
def test_changed_stays(text: str, later: str) -> None:
    kept = reused("own.1", None, before="", now=text, texts={("own", "1"): text})
    assert [m.changed for m in marks_of(kept)] == [False]
    over = reused("own.1", kept, before=text, now=text.upper(), texts={})
    assert [m.changed for m in marks_of(over)] == [True]
    again = reused("own.1", over, before=text.upper(), now=f"{text} {later}", texts={})
    assert [m.changed for m in marks_of(again)] == [True]


def test_a_mark_without_a_text_was_made_up() -> None:
    assert reused("own.7 above.SAF1", None, before="", now="Case plan, 3.", texts={}) is None


def test_nothing_is_reused_in_an_empty_text() -> None:
    kept = reused("own.1", None, before="", now="A text.", texts={("own", "1"): "A text."})
    assert reused("own.1", kept, before="A text.", now="", texts={}) is None
    assert new_marks("own.1 own.2", kept) == list(marks_in("own.2").values())
