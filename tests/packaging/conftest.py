"""Fixtures of all tests of the package."""

from .installation import wheel

__all__ = ["wheel"]
