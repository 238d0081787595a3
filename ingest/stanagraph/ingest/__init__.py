"""From tables to a published release: reading, checking, writing facts, deriving, publishing."""
