"""XLSX files: cells are handed on while the XML is still being read."""

from .book import Book, title_of
from .sheet import XlsxSheet, within

__all__ = ["Book", "XlsxSheet", "title_of", "within"]
