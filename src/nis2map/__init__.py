"""NIS 2, its Implementing Regulation and ISO/IEC 27001:2022, mapped: what is covered, how sure, what is missing, why."""

__version__ = "0.1.0"
