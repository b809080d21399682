"""Monte Carlo credit risk of GPU clouds."""
