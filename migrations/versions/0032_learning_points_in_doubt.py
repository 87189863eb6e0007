"""What the audit lead made of learning points whose standard was decided at the best level."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change."""
    op.create_table(
        "theme_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_theme_choice_case_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_theme_choice_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_choice")),
        sa.UniqueConstraint("case_id", "theme", name=op.f("uq_theme_choice_case_id_theme")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("theme_choice")
