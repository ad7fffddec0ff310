"""One module a schema, in their order."""
