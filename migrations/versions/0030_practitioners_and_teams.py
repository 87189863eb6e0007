"""The roles of practitioner and service manager, the teams of the second, and how a head of service proposes both."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
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
MORE_ROLES = ("practitioner", "service_manager")
SCOPES = ("nation", "area", "audit")
MORE_SCOPES = ("practitioner", "team")
STATES = ("proposed", "confirmed", "declined")


def _allow(table: str, lists: dict[str, tuple[str, ...]]) -> None:
    """Change the words that closed lists allow."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column, words in lists.items():
            listed = ", ".join(f"'{word}'" for word in words)
            batch_op.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")


def _words(words: tuple[str, ...], name: str, table: str) -> sa.Enum:
    return sa.Enum(*words, name=op.f(f"ck_{table}_{name}"), native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Bring the change."""
    _allow("role_grant", {"role": (*ROLES, *MORE_ROLES), "scope_kind": (*SCOPES, *MORE_SCOPES)})
    _allow("sign_off", {"role": (*ROLES, *MORE_ROLES)})
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["service_area.code"], name=op.f("fk_team_area")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_team_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    op.create_index(op.f("ix_team_area"), "team", ["area"])
    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_team_member_days")),
        sa.ForeignKeyConstraint(["area"], ["service_area.code"], name=op.f("fk_team_member_area")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_team_id"), "team_member", ["team_id"])
    now = sa.text("to_on IS NULL")
    op.create_index(
        "uq_team_member_once",
        "team_member",
        ["practitioner_id", "area"],
        unique=True,
        sqlite_where=now,
        postgresql_where=now,
    )
    op.create_table(
        "role_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("role", _words((*ROLES, *MORE_ROLES), "role", "role_proposal"), nullable=False),
        sa.Column("scope_kind", _words((*SCOPES, *MORE_SCOPES), "scope_kind", "role_proposal"), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("state", _words(STATES, "state", "role_proposal"), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("answered_by <> proposed_by", name=op.f("ck_role_proposal_two_agree")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_role_proposal_answered_by")),
        sa.ForeignKeyConstraint(["area"], ["service_area.code"], name=op.f("fk_role_proposal_area")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_role_proposal_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_proposal")),
    )
    op.create_index(op.f("ix_role_proposal_area"), "role_proposal", ["area"])


def downgrade() -> None:
    """Take the change back; refused by the constraints where somebody has one of the roles."""
    op.drop_index(op.f("ix_role_proposal_area"), table_name="role_proposal")
    op.drop_table("role_proposal")
    op.drop_index("uq_team_member_once", table_name="team_member")
    op.drop_index(op.f("ix_team_member_team_id"), table_name="team_member")
    op.drop_table("team_member")
    op.drop_index(op.f("ix_team_area"), table_name="team")
    op.drop_table("team")
    _allow("sign_off", {"role": ROLES})
    _allow("role_grant", {"role": ROLES, "scope_kind": SCOPES})
