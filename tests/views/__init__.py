"""Stage 4: tables, JSON, CSV and Markdown."""
