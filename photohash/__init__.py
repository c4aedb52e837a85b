"""Find every photo of a person, clear out copies, browse by likeness."""

__version__ = "0.1.0"
