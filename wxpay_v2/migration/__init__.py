"""From API v2 to API v3, one step at a time: what stands in the way, what calls there are, what would differ."""
