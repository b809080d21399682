"""The validation record: what the program must reproduce, worked out another way, and compared."""
