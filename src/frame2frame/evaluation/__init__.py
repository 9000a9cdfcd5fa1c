"""Measuring a model where the truth is known."""
