"""The price of risk that quotes imply: from real-world probabilities to those of prices."""
