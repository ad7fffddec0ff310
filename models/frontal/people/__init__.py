"""Who is drawn: bodies of two makes, their clothes, and the poses they are in."""
