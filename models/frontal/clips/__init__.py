"""Whole runs with exact truth, as films for `runform validate`."""
