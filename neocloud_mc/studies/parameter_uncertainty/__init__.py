"""How wide a default probability is because its inputs are not known."""
