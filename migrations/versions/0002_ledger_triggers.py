"""The database refuses to change or remove a ledger entry.

Revision: 0002
Follows: 0001
"""

from alembic import op

from forum.kernel.ledger import TRIGGERS

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_entries_no_delete")
        op.execute("DROP TRIGGER ledger_entries_no_update")
    else:
        op.execute("DROP TRIGGER ledger_entries_no_truncate ON ledger_entries")
        op.execute("DROP TRIGGER ledger_entries_no_change ON ledger_entries")
        op.execute("DROP FUNCTION ledger_entries_refuse()")
