"""Run by Alembic. The connection comes from `screening.schema`, never from an ini file."""

from __future__ import annotations

from alembic import context

import screening.models  # noqa: F401  (fills the metadata)
from screening.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
