"""A scenario with other figures: settings, overlays, ladders of values, mixtures, drivers."""
