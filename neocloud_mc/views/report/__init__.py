"""Pictures: a page of them for a committee, and single ones for papers and slides."""
