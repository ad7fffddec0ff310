"""The networks: what they are, how they are taught, and how they become the files that ship."""
