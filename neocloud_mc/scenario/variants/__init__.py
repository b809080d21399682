"""A scenario with other figures: settings, overlays, grids, mixtures, drivers."""
