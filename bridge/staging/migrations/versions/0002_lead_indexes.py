"""An organisation's owner, and leads of older rules, are found without reading the leads themselves"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_lead_organisation", "lead")
    op.create_index("ix_lead_organisation", "lead", ["organisation_id", "verdict", "owner_id", "decided_at"])
    op.create_index("ix_lead_versions", "lead", ["versions"])


def downgrade() -> None:
    op.drop_index("ix_lead_versions", "lead")
    op.drop_index("ix_lead_organisation", "lead")
    op.create_index("ix_lead_organisation", "lead", ["organisation_id"])
