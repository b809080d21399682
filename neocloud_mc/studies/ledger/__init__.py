"""One path of one issuer again, month by month."""
