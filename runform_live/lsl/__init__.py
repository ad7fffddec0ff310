"""The live stream for other programs, by the Lab Streaming Layer (LSL)."""
