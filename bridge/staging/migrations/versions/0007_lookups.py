"""What each cycle asks for is found without reading everything that was ever sent"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNSEEN = "sales_status IS NULL AND sales_object = 'Lead' AND handover IN ('sent', 'verified')"


def _create(name: str, table: str, column: str, words: str, words_of_postgresql: str = "") -> None:
    where = sa.text(words_of_postgresql or words)
    op.create_index(name, table, [column], sqlite_where=sa.text(words), postgresql_where=where)


def upgrade() -> None:
    op.create_index("ix_delivery_state", "delivery", ["target", "state"])
    _create("ix_delivery_room", "delivery", "sent_at", "needs_room IS 1", "needs_room IS true")
    _create("ix_delivery_refused", "delivery", "lead_id", "state = 'refused'")
    _create("ix_delivery_remote", "delivery", "remote_id", "target <> 'hubspot.contact'")
    _create("ix_lead_refused", "lead", "id", "handover = 'refused'")
    _create("ix_lead_unseen", "lead", "id", UNSEEN)
    op.create_index("ix_open_lead_lead", "open_lead", ["lead_id"])
    op.create_index("ix_alias_id", "alias", ["id"])


def downgrade() -> None:
    op.drop_index("ix_alias_id", "alias")
    op.drop_index("ix_open_lead_lead", "open_lead")
    for name in ("ix_lead_unseen", "ix_lead_refused"):
        op.drop_index(name, "lead")
    for name in ("ix_delivery_remote", "ix_delivery_refused", "ix_delivery_room", "ix_delivery_state"):
        op.drop_index(name, "delivery")
