"""Stage 4: numbers become text, JSON, CSV and Markdown; nothing is computed here but rounding."""
