"""The networks that ship, and how each was made: one folder for each."""
