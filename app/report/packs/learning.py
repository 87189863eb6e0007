"""Learning points, strengths and standards in an area's pack. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from app.audit.thresholds.document import SET_ASIDE, LearningTheme
from app.documents import Block, Column, Row, Section, Sentences, Table
from app.labels import capital, listed, noun, out_of, plural, some
from app.report.packs.pack import PERCENT, WORDS, Pack, marked_table, share


def learning_section(pack: Pack) -> Section:
    """Return the area's learning points and strengths by practice area, and how each standard was judged."""
    found = [
        _themes(pack, "learning", "learning-points", "Learning points"),
        _themes(pack, "strength", "strengths", "Strengths"),
        _standards(pack),
    ]
    blocks: list[Block] = [Sentences(list(_above(pack))), *(table for table in found if table)]
    return Section("learning", "Learning points and strengths", blocks)


def _themes(pack: Pack, kind: str, code: str, title: str) -> Table | None:
    rows = [_theme_row(pack, theme) for theme in _ordered(pack, kind)]
    heads = (Column(title[:-1], WORDS), Column("Practice area", WORDS))
    counts = (Column("Cases"), Column("Out of"), Column("Share", PERCENT))
    columns = pack.columns(*heads, *counts, whole=["Whole audit"])
    note = "Out of: the cases of the law types for which it can be picked."
    return marked_table(code, f"{title} of {pack.area}", columns, rows, note) if rows else None


def _ordered(pack: Pack, kind: str) -> list[LearningTheme]:
    """Return the area's themes by practice area in the document's order, within each the most frequent first."""
    places = {area.code: n for n, area in enumerate(pack.document.practice_areas)}
    found = [t for t in pack.document.learning_themes if t.kind == kind and pack.picked[t.code][0]]
    return sorted(found, key=lambda t: (places.get(t.practice_area, len(places)), -pack.picked[t.code][0]))


def _theme_row(pack: Pack, theme: LearningTheme) -> Row:
    here, of, there, everywhere = pack.picked[theme.code]
    titles = {area.code: area.title for area in pack.document.practice_areas}
    return pack.row(
        theme.label,
        titles.get(theme.practice_area, theme.practice_area),
        here,
        of,
        share(here, of),
        whole=[share(there, everywhere)],
    )


MAY_BE_CHANCE = "a matter of few cases, so the difference may be chance; that it occurs is worth work all the same."


def _above(pack: Pack) -> Iterator[str]:
    themes = _ordered(pack, "learning")
    if not themes:
        yield f"No learning point was picked in the cases of {pack.area}."
        return
    yield _most_frequent(pack, themes)
    if pack.whole:
        above = sum(
            here * everywhere > there * of for here, of, there, everywhere in (pack.picked[t.code] for t in themes)
        )
        each = f" {noun(above, 'It is', 'Each is')} {MAY_BE_CHANCE}" if above else ""
        picked = capital(some(above, "learning point was", "learning points were"))
        yield f"{picked} picked more often here than in the whole audit.{each}"


def _most_frequent(pack: Pack, themes: Sequence[LearningTheme]) -> str:
    """Name the learning point that was picked most often, or every one that was picked as often."""
    most = max(pack.picked[t.code][0] for t in themes)
    names = [f"‘{t.label}’" for t in themes if pack.picked[t.code][0] == most]
    if len(names) > 1:
        return f"The most frequent learning points are {listed(names)}, each in {plural(most, 'case')}."
    of = next(pack.picked[t.code][1] for t in themes if pack.picked[t.code][0] == most)
    return f"The most frequent learning point is {names[0]}: {out_of(most, of, 'case')}."


def _standards(pack: Pack) -> Table | None:
    """Return how often each standard was judged at each level, or None where no case has judgements."""
    judged = [s for c in pack.counted for s in c.standing.values()]
    rows = []
    for area in pack.document.practice_areas:
        for standard in area.standards:
            counts = Counter(SET_ASIDE if s.set_aside else s.level for s in judged if s.standard == standard.code)
            levels = [counts[code] for code, _ in pack.basis.scale]
            if counts:
                rows.append(Row([standard.title, area.title, *levels, counts[SET_ASIDE], counts.total()]))
    names = [*(label for _, label in pack.basis.scale), "Set aside", "Cases"]
    columns = [Column("Standard", WORDS), Column("Practice area", WORDS), *map(Column, names)]
    title = f"How the standards were judged in {pack.area}"
    note = "Counted as they stand: a judgement that was changed by a decision counts as it was decided."
    return marked_table("standards", title, columns, rows, note) if rows else None
