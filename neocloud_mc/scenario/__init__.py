"""Stage 1: a YAML file becomes a validated Scenario."""
