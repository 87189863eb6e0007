"""who opened an area's pack, the areas' improvement plans, and the notice that a pack is ready."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = (
    "review",
    "review_soon",
    "review_late",
    "return_withdrawn",
    "challenge",
    "decision",
    "escalation",
    "adjudication",
    "concern",
    "concern_late",
    "concern_news",
    "cases_given",
    "cases_taken",
    "replacement_asked",
    "replacement_answered",
    "reminder",
    "test",
    "time_extended",
    "area_reminded",
    "seconds_given",
    "difference",
)


def _allow(kinds: tuple[str, ...]) -> None:
    """Change the kinds of notices that there are."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_notice_kind"), f"kind IN ({listed})")


def upgrade() -> None:
    """Bring the change."""
    _allow((*KINDS, "pack_ready"))
    op.create_table(
        "pack_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["service_area.code"], name=op.f("fk_pack_opening_area")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_pack_opening_audit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pack_opening_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_opening")),
        sa.UniqueConstraint(
            "audit_id", "area", "person_id", "day", name=op.f("uq_pack_opening_audit_id_area_person_id_day")
        ),
    )
    op.create_index(op.f("ix_pack_opening_person_id"), "pack_opening", ["person_id"])
    op.create_table(
        "improvement_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("learning_point", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("by_when", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(done_on IS NULL) = (outcome = '')", name=op.f("ck_improvement_action_done_has_outcome")),
        sa.ForeignKeyConstraint(["area"], ["service_area.code"], name=op.f("fk_improvement_action_area")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_improvement_action_audit_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_improvement_action_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_action")),
    )
    op.create_index(op.f("ix_improvement_action_area"), "improvement_action", ["area"])


def downgrade() -> None:
    """Take the change back; who was told that a pack is ready goes with it."""
    op.drop_table("improvement_action")
    op.drop_table("pack_opening")
    op.execute("DELETE FROM notice WHERE kind = 'pack_ready'")
    _allow(KINDS)
