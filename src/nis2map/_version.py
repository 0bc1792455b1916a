"""The version of the package; the dataset has one of its own."""

__version__ = "0.1.0"
