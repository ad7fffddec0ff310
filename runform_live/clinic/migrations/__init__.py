"""How the database comes from each schema to the next one (Alembic). `clinic.database` runs them."""
