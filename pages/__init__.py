"""Screens: filters → analytics → figure or table. A page computes nothing that a notebook could not."""
