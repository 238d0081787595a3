"""The core of Stanagraph: names, stores, the catalogue of queries, reasoning and releases."""

from importlib.metadata import version

__version__ = version("stanagraph")
