"""Indexes of the few second grades and of what they changed, so that figures find them without reading all."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

FOUND = {
    "assessment": ("ix_assessment_second_grades", "kind = 'benchmark'"),
    "decision": ("ix_decision_resolutions", "kind = 'benchmark_resolution'"),
}


def upgrade() -> None:
    """Bring the change."""
    for table, (name, few) in FOUND.items():
        op.create_index(name, table, ["case_id"], sqlite_where=sa.text(few), postgresql_where=sa.text(few))


def downgrade() -> None:
    """Take the change back."""
    for table, (name, _) in FOUND.items():
        op.drop_index(name, table)
