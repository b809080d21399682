"""Stage 5: numbers become text, JSON, CSV and Markdown; nothing is computed here but rounding."""
