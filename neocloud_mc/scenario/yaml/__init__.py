"""YAML text to a tree of values that know where they stand."""
