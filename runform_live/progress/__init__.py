"""Progress over sessions, and the comparison of two: what changed, what did not surely change, and what cannot be compared."""
