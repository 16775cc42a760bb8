"""Handoffs: one organisation's people are one"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state = 'open'")
DUE = sa.text("due_at IS NOT NULL")
JOINED = sa.text("handoff_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "handoff",
        sa.Column("id", AUTO_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("primary_lead_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("alarms", sa.Integer(), nullable=False),
        sa.Column("alarm_reason", sa.Text(), nullable=False),
        sa.Column("alarm_lead_id", sa.Text(), nullable=True),
        sa.Column("alarmed_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("brief", sa.Text(), nullable=True),
        sa.Column("chart", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_handoff"),
    )
    op.create_index(
        "ix_handoff_open", "handoff", ["organisation_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_handoff_due", "handoff", ["due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("ix_handoff_organisation", "handoff", ["organisation_id"])
    op.create_table(
        "sales_person",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_sales_person"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sales_person_place", "sales_person", ["place"])
    op.add_column("lead", sa.Column("handoff_id", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("role", sa.Text(), nullable=True))
    op.add_column("lead", sa.Column("expired_at", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("placed", sa.Integer(), nullable=True))
    op.create_index("ix_lead_handoff", "lead", ["handoff_id"], sqlite_where=JOINED, postgresql_where=JOINED)


def downgrade() -> None:
    op.drop_index("ix_lead_handoff", "lead")
    op.drop_column("lead", "placed")
    op.drop_column("lead", "expired_at")
    op.drop_column("lead", "role")
    op.drop_column("lead", "handoff_id")
    op.drop_table("sales_person")
    op.drop_table("handoff")
