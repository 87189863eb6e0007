"""Every sentence that reports, packs and comparisons make of audits of all sizes, and of the audit of 2014."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from app.audit.thresholds.loading import read_document
from app.documents import Picture, Section, Sentences, Table
from app.labels import bears_share, bears_verdict
from app.report.document.assembled import PICTURES
from app.report.document.sections import sections
from app.report.enums import Edition, Stage
from app.report.figures.disclosure import public_edition
from app.report.packs.figures import figures_section
from app.report.packs.learning import learning_section
from app.report.packs.pack import Pack
from app.report.pictures import charts
from tests.report.document.test_sections import ABOUT, RIGHT
from tests.report.figures.test_figures import BASIS
from tests.report.narrative.test_narrative import NAMES
from tests.report.random_audits import RandomAudit, random_audit
from tests.shapes import VERDICTS, badly_shaped
from tests.world import ROOT

# How many audits are read; a long night reads several thousand.
AUDITS = int(os.environ.get("CASEWORK_AUDIT_SENTENCES", "24"))
# Those in which a longer run found something are looked at each time.
SEEDS = sorted({*range(AUDITS), 408, 1287})
DOCUMENT = read_document((ROOT / "app/data/thresholds/national-casework-2014-10.yaml").read_text(encoding="utf-8"))


def said(found: Sequence[Section]) -> Iterator[str]:
    """Yield every sentence, note, title and heading of sections and of the parts in them."""
    for section in found:
        for block in section.blocks:
            if isinstance(block, Sentences):
                yield from block.sentences
            elif isinstance(block, Picture):
                yield from (block.title, block.alternative)
            elif isinstance(block, Table):
                # A note that begins with a mark says what the mark means.
                notes = (note for note in block.notes if not note.startswith("["))
                yield from (block.title, *notes, *(column.heading for column in block.columns))
        yield from said(list(section.parts))


def sentences(found: Sequence[Section]) -> Iterator[str]:
    """Yield the sentences alone, without tables and pictures."""
    for section in found:
        for block in section.blocks:
            if isinstance(block, Sentences):
                yield from block.sentences
        yield from sentences(list(section.parts))


def report(of: RandomAudit, edition: Edition, stage: Stage) -> list[Section]:
    """Return the sections of an audit's report, its pictures with them."""
    result = of.figures(stage)
    result = public_edition(result, of.basis) if edition is Edition.PUBLIC else result
    earlier = of.earlier if edition is Edition.INTERNAL else None
    makers = {**PICTURES, "since": (lambda basis, figures: charts.change(basis, figures, earlier),)}
    drawn = {code: [p for make in some if (p := make(of.basis, result))] for code, some in makers.items()}
    names = {law: NAMES[law] for law in of.basis.law_types}
    reasons = {"wrong": "Wrongly on the list"}
    return sections(
        of.basis,
        result,
        replace(ABOUT, law_names=names, reasons=reasons, pictures=drawn, earlier=earlier, stage=stage, edition=edition),
    )


def packs(of: RandomAudit) -> Iterator[Section]:
    for whole in (True, False):
        for area in of.basis.area_order[:3]:
            pack = Pack(area, of.basis, of.figures(), DOCUMENT, (), (), whole=whole)
            yield from (figures_section(pack), learning_section(pack))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_sentence_is_badly_shaped_whatever_the_audit_is(seed: int) -> None:
    audit = random_audit(seed)
    made = [report(audit, edition, stage) for edition in Edition for stage in Stage]
    every = {sentence for one in [*made, list(packs(audit))] for sentence in said(one)}
    assert [fault for sentence in sorted(every) for fault in badly_shaped(sentence)] == []


@pytest.mark.parametrize("seed", range(AUDITS))
def test_few_cases_are_not_judged_and_fewer_bear_no_share(seed: int) -> None:
    audit = random_audit(seed, most=9)
    told = [
        s for edition in Edition for s in sentences(report(audit, edition, Stage.FINAL)) if "targets are at" not in s
    ]
    assert not bears_verdict(len(audit.cases))
    assert [s for s in told if VERDICTS.search(s)] == []
    if not bears_share(len(audit.cases)):
        assert [s for s in told if "%" in s] == []


def test_the_report_of_2014_has_no_bad_shape() -> None:
    every = [s for edition in (RIGHT, public_edition(RIGHT, BASIS)) for s in said(sections(BASIS, edition, ABOUT))]
    assert [fault for sentence in every for fault in badly_shaped(sentence)] == []
