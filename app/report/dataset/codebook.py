"""What a dataset is made of: its files, their columns, and what each value of a column means. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.report.dataset.enums import DatasetEdition

# What stands in the place of a value in the research edition.
COARSE, OTHER_AREA = "(coarsened)", "(other)"
NONE, IN_WORDS = "(none)", "(text)"
NOT_CODED = {NONE: "asked and not answered", IN_WORDS: "answered in words"}
ALL, UNKNOWN = "(all)", "(not known)"
YES_NO = {"yes": "yes", "no": "no"}
OF_DRAWN = "nobody was drawn by lot, or it is not counted by this"
BASE = "Every case that counts in the audit’s figures: graded, and not added by hand"
OF_CASE = "case"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it says, its type in Table Schema, its closed list, and what an empty cell means.

    One without a meaning of empty is never empty. `internal` columns are in no research edition; days are months there.
    `typed` columns hold what somebody wrote.
    """

    name: str
    says: str
    type: str = "string"
    values: Mapping[str, str] = field(default_factory=dict)
    empty: str = ""
    internal: bool = False
    typed: bool = False

    def in_edition(self, edition: DatasetEdition) -> "Column":
        """Return the column as an edition has it."""
        if edition is DatasetEdition.RESEARCH and self.type == "date":
            return Column(self.name, f"{self.says}: the month", "yearmonth", empty=self.empty)
        return self


@dataclass(frozen=True, slots=True)
class Table:
    """A file of the dataset: its name, what a row is, of what cases, its columns, and those that name a row."""

    name: str
    row: str
    base: str
    columns: Sequence[Column]
    key: Sequence[str]

    def in_edition(self, edition: DatasetEdition) -> "Table":
        """Return the table as an edition has it."""
        kept = [c for c in self.columns if edition is DatasetEdition.INTERNAL or not c.internal]
        return Table(self.name, self.row, self.base, [c.in_edition(edition) for c in kept], self.key)


@dataclass(frozen=True, slots=True)
class Lists:
    """The closed lists of an audit, each code with its meaning, in their order."""

    scale: Mapping[str, str]
    degrees: Mapping[str, str]
    standards: Mapping[str, str]
    practice_areas: Mapping[str, str]
    facts: Mapping[str, str]
    answers: Mapping[str, str]
    strengths: Mapping[str, str]
    learning: Mapping[str, str]
    areas: Mapping[str, str]
    law_types: Mapping[str, str]
    employment: Mapping[str, str]
    bands: Mapping[str, str]
    documents: Mapping[str, str]
    rules: Mapping[str, str]
    origins: Mapping[str, str]
    decisions: Mapping[str, str]
    chosen: Mapping[str, str]
    causes: Mapping[str, str]


def _case() -> Column:
    return Column(OF_CASE, "The case, numbered by lot in this dataset alone", "integer")


def _typed(name: str, says: str, empty: str) -> Column:
    return Column(name, says, empty=empty, internal=True, typed=True)


def _coarse(values: Mapping[str, str], edition: DatasetEdition, *, area: bool = False) -> Mapping[str, str]:
    if edition is DatasetEdition.INTERNAL:
        return values
    other = {OTHER_AREA: "an area with fewer than 10 cases, or one put with such areas"} if area else {}
    return {**values, **other, COARSE: "left out, so that the cases of at least 5 practitioners are alike"}


def tables_of(of: Lists, edition: DatasetEdition) -> list[Table]:
    """Return the tables of an edition."""
    found = (_cases(of, edition), _judgements(of), _facts(of), _themes(of), _second_grades(of), _decisions(of))
    return [table.in_edition(edition) for table in (*found, _strata(), _design())]


def _cases(of: Lists, edition: DatasetEdition) -> Table:
    return Table("cases", "One case", BASE, [*_drawn(of, edition), *_graded(of), *_moderated(of, edition)], [OF_CASE])


def _drawn(of: Lists, edition: DatasetEdition) -> list[Column]:
    unknown = "not known"
    return [
        _case(),
        Column("case_ref", "The case’s reference in the case system", internal=True),
        Column("practitioner", "The practitioner’s identifier in the case system", internal=True),
        Column("area", "Service area", values=_coarse(of.areas, edition, area=True)),
        Column("law_type", "Law type", values=_coarse(of.law_types, edition)),
        Column("employment", "Employment of the practitioner", values=_coarse(of.employment, edition)),
        Column("band", "Performance band of the practitioner", values=_coarse(of.bands, edition), empty=unknown),
        Column("document_kind", "Kind of document that was filed", values=of.documents, empty=unknown, internal=True),
        Column("filed_on", "Day on which the document was filed", "date", empty=unknown),
        Column("origin", "How the case came into the audit", values=of.origins),
        Column(
            "weight",
            "For how many practitioners of the list the audited one stands: those in the list by those audited (N/n), "
            "of the area, or of the area and the employment where a kind of staff had a share of its own. Figures use "
            "it only where chances were unequal",
            "number",
            empty="the audit has no list of practitioners, or what it would be taken from is coarsened",
        ),
    ]


def _graded(of: Lists) -> list[Column]:
    at = "Grade {}"
    return [
        Column("auditor", "The auditor, numbered by lot in this dataset alone", "integer", empty="not known"),
        Column("graded_on", "Day on which the auditor submitted the grade that stands", "date", empty="not known"),
        Column("first_grade", at.format("that the auditor gave"), values=of.scale),
        Column("benchmarked_grade", at.format("after second grades"), values=of.scale),
        Column("challenged_grade", at.format("after challenges were decided"), values=of.scale),
        Column("final_grade", at.format("that stands in the end"), values=of.scale),
        Column("indicated_grade", "Grade that the rules gave", values=of.scale, empty="there were no judgements"),
        Column("indicated_rule", "The rule that gave it", values=of.rules, empty="there were no judgements"),
        _typed("departure_reason", "Why the grade departs from the rules’", empty="it does not"),
    ]


def _moderated(of: Lists, edition: DatasetEdition) -> list[Column]:
    changed = {"unchanged": "the grade stayed", "regraded": "the grade changed"}
    seen = {
        "seen": "they were",
        "not_seen": "they were not",
        "unclear": "the file does not say",
        "not_applicable": "it is not asked of this law type",
    }
    coarse = "the law type is coarsened" if edition is DatasetEdition.RESEARCH else ""
    return [
        Column("children_seen", "Whether the children were seen", values=seen, empty=coarse),
        Column("not_seen_reason", "Whether a reason is recorded", values=YES_NO, empty="they were seen, or not known"),
        Column("returned", "Whether the case went back to its area", values=YES_NO),
        Column("challenge", "What became of the newest challenge", values=changed, empty="not challenged"),
        Column("challenge_grade", "Grade decided on it", values=of.scale, empty="not challenged, or not decided"),
        Column("adjudication", "What became of it when taken further", values=changed, empty="not adjudicated"),
        Column("adjudication_grade", "Grade given then", values=of.scale, empty="not adjudicated"),
        Column("referral", "Whether further action was needed", values=YES_NO),
    ]


def _judgements(of: Lists) -> Table:
    levels = {**of.scale, "set_aside": "the standard was set aside: it does not apply to the case"}
    columns = [
        _case(),
        Column("standard", "Standard", values=of.standards),
        Column("practice_area", "Practice area to which it belongs", values=of.practice_areas),
        Column("level", "Level that stands", values=levels),
        Column("degree", "Degree of improvement that stands", values=of.degrees, empty="set aside, or not recorded"),
        Column("first_level", "Level that the auditor gave", values=levels, empty="the auditor did not judge it"),
        Column("first_degree", "Degree that the auditor gave", values=of.degrees, empty="as above, or set aside"),
        Column("settled_by", "Decision that settled it", values=of.decisions, empty="the auditor’s judgement stands"),
    ]
    base = "Every standard that was judged or set aside; where there is no row, it was not judged"
    return Table("judgements", "One standard of a case", base, columns, [OF_CASE, "standard"])


def _facts(of: Lists) -> Table:
    columns = [
        _case(),
        Column("fact", "Question of fact", values=of.facts),
        Column("answer", "Answer; what a code means may differ by question", values={**of.answers, **NOT_CODED}),
        _typed("text", "Answer in words", empty="the question has a closed list"),
    ]
    base = (
        "Every question that is asked of the case’s law type and that was answered in at least one case. "
        "Several answers to one question are several rows"
    )
    return Table("facts", "One answer of a case", base, columns, [OF_CASE, "fact", "answer"])


def _themes(of: Lists) -> Table:
    kinds = {"strength": "a strength", "learning": "a learning point"}
    columns = [
        _case(),
        Column("theme", "Strength or learning point", values={**of.strengths, **of.learning}),
        Column("kind", "Which of both it is", values=kinds),
        Column("counts", "Whether it counts: a learning point that a decision overtook does not", values=YES_NO),
    ]
    base = "Every strength and learning point that was noted"
    return Table("themes", "One strength or learning point of a case", base, columns, [OF_CASE, "theme"])


def _second_grades(of: Lists) -> Table:
    who = {"lead": "the audit lead", "independent": "somebody who is not of the audit’s team"}
    columns = [
        _case(),
        Column("by", "Who gave it", values=who),
        Column("grade", "The second grade", values=of.scale),
        Column("graded_on", "Day on which it was submitted", "date", empty="not known"),
        Column("chosen_by", "How the case was chosen", values=of.chosen, empty="not known"),
        Column("chance", "Chance that the case had of being chosen", empty="not by chance, or not known"),
        Column("cause", "Why both differ", values=of.causes, empty="they do not, or not known"),
    ]
    return Table("second_grades", "One second grade of a case", "Every second grade", columns, [OF_CASE, "by"])


def _decisions(of: Lists) -> Table:
    columns = [
        _case(),
        Column("number", "Its place among the decisions of the case", "integer"),
        Column("kind", "What set the grade", values=of.decisions),
        Column("grade", "The grade that it left", values=of.scale),
        Column("decided_on", "Day of the decision", "date", empty="not known"),
        _typed("reasons", "The reasons", empty="none are kept"),
    ]
    base = "Every decision that set a grade; the last of a case gave its final grade"
    return Table("decisions", "One decision on a case", base, columns, [OF_CASE, "number"])


def _strata() -> Table:
    by = {
        "all": "everybody",
        "area": "service area",
        "law_type": "law type by which the practitioner was drawn",
        "band": "performance band",
        "employment": "employment",
        "area_employment": "service area and employment, where a kind of staff had a share of its own",
    }
    columns = [
        Column("by", "By what the practitioners are counted", values=by),
        Column("value", f"Its value, as in cases; {ALL} of all, {UNKNOWN} where it is not known"),
        Column("practitioners", "Practitioners in the list (N)", "integer", empty="the audit has no list"),
        Column("audited", "Practitioners of whom a case counts (n)", "integer"),
        Column("weight", "N/n", "number", empty="there is no list, or nobody was audited"),
        Column("drawn", "Practitioners drawn by lot", "integer", empty=OF_DRAWN, internal=True),
        Column(
            "drawn_of_several",
            "Of these, those who could be drawn under more than one law type",
            "integer",
            empty=OF_DRAWN,
            internal=True,
        ),
    ]
    return Table("strata", "One group of practitioners", "The locked list", columns, ["by", "value"])


def _design() -> Table:
    chances = {"equal": "every practitioner had the same", "unequal": "they differed, so that figures weigh cases"}
    strata = {
        "all": "all together",
        "area": "by service area",
        "area_employment": "by service area and employment",
    }
    columns = [
        Column("chances", "The chances that practitioners had of being drawn", values=chances),
        Column("strata", "The rows of strata, by their column by, in which shares vary and are weighed", values=strata),
        Column("cases_each", "At most so many cases of a practitioner are audited", "integer"),
    ]
    return Table("design", "How the audit chose its cases, in one row", "The audit", columns, ["chances"])
