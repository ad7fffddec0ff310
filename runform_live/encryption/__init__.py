"""Files encrypted at rest with age: the key pair of this installation, sealed files, and plain copies for a while."""
