"""The forms that ids are made of, as patterns: slugs and framework ids."""

from __future__ import annotations

__all__ = ["FRAMEWORK", "SLUG"]

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
FRAMEWORK = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
