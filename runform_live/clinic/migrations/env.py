"""Alembic's way in. `clinic.database` hands over the connection, inside a transaction of its own."""

from alembic import context

from runform_live.clinic.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
