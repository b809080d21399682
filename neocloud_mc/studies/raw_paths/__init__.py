"""The paths themselves: what happened to each issuer on each of them."""
