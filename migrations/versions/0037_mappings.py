"""Sources of files that are mapped, and the versions of their mappings."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables; nothing was mapped before."""
    op.create_table(
        "mapping_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_source")),
    )
    op.create_table(
        "mapping_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_mapping_version_made_by")),
        sa.ForeignKeyConstraint(["source_id"], ["mapping_source.id"], name=op.f("fk_mapping_version_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_version")),
        sa.UniqueConstraint("source_id", "number", name=op.f("uq_mapping_version_source_id_number")),
    )


def downgrade() -> None:
    """Take the tables away; the event log keeps which mappings were saved."""
    op.drop_table("mapping_version")
    op.drop_table("mapping_source")
