"""Forecasts of default scored against what happened.

Firms are few and fall together, so a score is set beside what it would be if the forecast were
true: its distribution over the model's own paths, on which firms default jointly. Intervals for
the score itself rest on the firms alone.
"""
