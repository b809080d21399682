"""What series of quoted prices tell of the `market` block, with standard errors.

    quotes.csv ─ quotes ─► months ─ level ─► smoothed ─ market ─► estimates ─ figures ─► overlay

What they do not tell (reversion, regimes, launches) stays the assumption that it was.
"""
