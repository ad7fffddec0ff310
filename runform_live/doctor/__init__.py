"""What works on this computer, and how to mend what does not: one module a device."""
