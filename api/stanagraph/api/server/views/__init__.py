"""What the templates draw: plain data, computed from answers."""
