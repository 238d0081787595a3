"""The HTTP service: read-only, one release at a time, the same answers as the command line."""

from .app import create_app

__all__ = ["create_app"]
