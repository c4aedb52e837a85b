"""Packed binary codes and the search among them, in numpy alone."""
