"""boxes of a report, sign-off, revisions and published editions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROLES = (
    "administrator",
    "analyst",
    "lead",
    "improvement_manager",
    "improvement_assistant",
    "benchmarker",
    "head_of_service",
    "assistant_director",
    "director",
    "reader",
)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _keys(table: str, *people: str) -> list[SchemaItem]:
    """Return the constraints that every table of a report has."""
    keys: list[SchemaItem] = [
        sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_{table}_{name}")) for name in people
    ]
    keys.append(sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f(f"fk_{table}_audit_id")))
    return [*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def upgrade() -> None:
    """Bring the change."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "narrative_box",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("markdown", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", moment, nullable=False),
        *_keys("narrative_box", "saved_by"),
        sa.UniqueConstraint("audit_id", "code", name=op.f("uq_narrative_box_audit_id_code")),
    )
    op.create_table(
        "sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("role", _words("role", *ROLES), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=False),
        *_keys("sign_off", "by_id"),
    )
    op.create_index(op.f("ix_sign_off_audit_id"), "sign_off", ["audit_id"])
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("begun_by", sa.Integer(), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("published_at", moment, nullable=True),
        *_keys("revision", "begun_by"),
        sa.UniqueConstraint("audit_id", "number", name=op.f("uq_revision_audit_id_number")),
    )
    op.create_table(
        "published_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edition", _words("edition", "internal", "public"), nullable=False),
        sa.Column("figures", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("pictures", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("published_at", moment, nullable=False),
        *_keys("published_edition"),
        sa.UniqueConstraint("audit_id", "number", "edition", name=op.f("uq_published_edition_audit_id_number_edition")),
    )


def downgrade() -> None:
    """Take the change back."""
    for table in ("published_edition", "revision", "sign_off", "narrative_box"):
        op.drop_table(table)
