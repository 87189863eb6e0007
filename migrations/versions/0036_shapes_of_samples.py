"""Samples of other shapes: what an audit wants, and the number of a case among those of its practitioner."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ONCE = "uq_audit_case_practitioner_once"
NOT_REPLACED = sa.text("state <> 'replaced'")


def _once(*columns: str) -> None:
    op.create_index(
        ONCE, "audit_case", list(columns), unique=True, sqlite_where=NOT_REPLACED, postgresql_where=NOT_REPLACED
    )


def upgrade() -> None:
    """Bring the change."""
    op.add_column("audit", sa.Column("shape", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("audit_case", sa.Column("nth", sa.Integer(), nullable=False, server_default="1"))
    op.drop_index(ONCE, table_name="audit_case")
    _once("audit_id", "practitioner_id", "nth")


def downgrade() -> None:
    """Take the change back; refused by the index where a practitioner has several cases in an audit."""
    op.drop_index(ONCE, table_name="audit_case")
    _once("audit_id", "practitioner_id")
    op.drop_column("audit_case", "nth")
    op.drop_column("audit", "shape")
