"""versions of threshold documents that are drafts, made in the browser."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change; what was loaded before is published."""
    with op.batch_alter_table("threshold_document", schema=None) as batch_op:
        states = sa.Enum(
            "draft", "published", "discarded", name="state", native_enum=False, create_constraint=True, length=40
        )
        batch_op.add_column(sa.Column("state", states, nullable=False, server_default="published"))
        batch_op.add_column(sa.Column("made_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("base_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_threshold_document_made_by"), "person", ["made_by"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_threshold_document_base_id"), "threshold_document", ["base_id"], ["id"]
        )
        batch_op.drop_constraint(batch_op.f("uq_threshold_document_document_id_version"), type_="unique")
    with op.batch_alter_table("threshold_document", schema=None) as batch_op:
        batch_op.alter_column("state", server_default=None)
        batch_op.create_index(
            "uq_threshold_document_version_once",
            ["document_id", "version"],
            unique=True,
            sqlite_where=sa.text("state <> 'discarded'"),
            postgresql_where=sa.text("state <> 'discarded'"),
        )


def downgrade() -> None:
    """Take the change back; drafts, and what was discarded, are lost."""
    op.execute("DELETE FROM threshold_document WHERE state <> 'published'")
    with op.batch_alter_table("threshold_document", schema=None) as batch_op:
        batch_op.drop_index("uq_threshold_document_version_once")
        batch_op.drop_constraint(batch_op.f("fk_threshold_document_base_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_threshold_document_made_by"), type_="foreignkey")
        batch_op.drop_column("base_id")
        batch_op.drop_column("made_by")
        batch_op.drop_column("state")
        batch_op.create_unique_constraint(
            batch_op.f("uq_threshold_document_document_id_version"), ["document_id", "version"]
        )
