"""Inputs whose right answers are known in closed form."""
