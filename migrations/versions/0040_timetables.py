"""Timetables of audits, and the addresses by which calendars read them."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

STAGES = (
    *("list_by", "lock_on", "dice_on", "grading_from", "grading_to"),
    *("last_challenge", "finalise_on", "report_on", "publish_on"),
)


def upgrade() -> None:
    """Bring the change."""
    stages = sa.Enum(*STAGES, name=op.f("ck_timetable_day_stage"), native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "timetable_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("stage", stages, nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_timetable_day_audit_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_timetable_day_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_day")),
        sa.UniqueConstraint("audit_id", "stage", name=op.f("uq_timetable_day_audit_id_stage")),
    )
    op.create_table(
        "calendar_address",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key_sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_address_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_address")),
    )
    op.create_index(op.f("ix_calendar_address_key_sha256"), "calendar_address", ["key_sha256"])


def downgrade() -> None:
    """Take the change back; what was planned is lost."""
    op.drop_table("calendar_address")
    op.drop_table("timetable_day")
