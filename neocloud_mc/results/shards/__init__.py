"""Parts of a run: which paths, their files, and how they become one result."""
