"""How somebody likes the tool."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change."""
    op.create_table(
        "person_setting",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "key",
            sa.Enum("tool_view", "go_on", name="key", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_setting_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_person_setting")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("person_setting")
