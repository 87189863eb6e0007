"""What decisions settled of each standard, the degrees of improvement that they gave, and interests that are waived.

Decisions that are there already settle what they say and nothing more: of a challenge the level of each contested
standard, whose degree was not recorded; of a second grade that was adopted all that its author judged.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OF_CHALLENGES = """
INSERT INTO decided_judgement (case_id, standard, level, degree, set_aside, why, decision_id)
SELECT challenge.case_id, point.standard, point.{level}, NULL, :no, point.{level}_reasons, challenge.{decision}
FROM challenge_point AS point JOIN challenge ON challenge.id = point.challenge_id
WHERE challenge.{decision} IS NOT NULL AND point.{level} <> ''
"""
OF_SECOND_GRADES = """
INSERT INTO decided_judgement (case_id, standard, level, degree, set_aside, why, decision_id)
SELECT benchmark.case_id, judgement.standard, CASE WHEN judgement.set_aside THEN '' ELSE judgement.judgement END,
       judgement.degree, judgement.set_aside, judgement.evidence, benchmark.decision_id
FROM benchmark JOIN judgement ON judgement.assessment_id = benchmark.second_id
WHERE benchmark.decision_id IS NOT NULL AND benchmark.outcome = 'benchmark'
  AND (judgement.set_aside OR judgement.judgement <> '')
"""


def upgrade() -> None:
    """Bring the change."""
    op.create_table(
        "decided_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("degree", sa.String(), nullable=True),
        sa.Column("set_aside", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("set_aside = (level = '')", name=op.f("ck_decided_judgement_level_or_set_aside")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_decided_judgement_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decided_judgement_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decided_judgement")),
        sa.UniqueConstraint("decision_id", "standard", name=op.f("uq_decided_judgement_decision_id_standard")),
    )
    op.create_index(op.f("ix_decided_judgement_case_id"), "decided_judgement", ["case_id"])
    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_waiver_has_reason")),
        sa.CheckConstraint("by_id <> person_id", name=op.f("ck_waiver_not_ones_own")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_waiver_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_waiver_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiver_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("uq_waiver_case_id_person_id")),
    )
    for name in ("case_id", "person_id"):
        op.create_index(op.f(f"ix_waiver_{name}"), "waiver", [name])
    for name in ("decided_degree", "adjudicated_degree"):
        op.add_column("challenge_point", sa.Column(name, sa.String(), nullable=True))
    for level, decision in (("decided", "decision_id"), ("adjudicated", "adjudication_id")):
        op.execute(sa.text(OF_CHALLENGES.format(level=level, decision=decision)).bindparams(no=False))
    op.execute(sa.text(OF_SECOND_GRADES))


def downgrade() -> None:
    """Take the change back."""
    for name in ("adjudicated_degree", "decided_degree"):
        op.drop_column("challenge_point", name)
    op.drop_table("waiver")
    op.drop_index(op.f("ix_decided_judgement_case_id"), table_name="decided_judgement")
    op.drop_table("decided_judgement")
