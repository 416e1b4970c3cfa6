"""Sweeps: many trials of one plan, and an honest word on the best of them."""
