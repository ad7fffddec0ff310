"""The clinic's records: who the clients are and which sessions are theirs."""
