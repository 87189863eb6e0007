"""own views, standing aside, and auditors' notes on a challenge."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change."""
    op.create_table(
        "own_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("decision", "adjudication", name="stage", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_own_view_challenge_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_own_view_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_view")),
        sa.UniqueConstraint(
            "challenge_id",
            "person_id",
            "stage",
            "standard",
            name=op.f("uq_own_view_challenge_id_person_id_stage_standard"),
        ),
    )
    op.create_index(op.f("ix_own_view_person_id"), "own_view", ["person_id"])
    op.create_table(
        "stood_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_stood_aside_challenge_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stood_aside_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stood_aside")),
        sa.UniqueConstraint("challenge_id", "person_id", name=op.f("uq_stood_aside_challenge_id_person_id")),
    )
    op.create_index(op.f("ix_stood_aside_person_id"), "stood_aside", ["person_id"])
    op.create_table(
        "challenge_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_challenge_note_challenge_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_challenge_note_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_note")),
    )
    op.create_index(op.f("ix_challenge_note_challenge_id"), "challenge_note", ["challenge_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_challenge_note_challenge_id"), table_name="challenge_note")
    op.drop_table("challenge_note")
    op.drop_index(op.f("ix_stood_aside_person_id"), table_name="stood_aside")
    op.drop_table("stood_aside")
    op.drop_index(op.f("ix_own_view_person_id"), table_name="own_view")
    op.drop_table("own_view")
