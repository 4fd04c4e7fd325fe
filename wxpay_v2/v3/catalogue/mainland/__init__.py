"""The facts of the mainland's API v3, one module per family."""
