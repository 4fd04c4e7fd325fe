"""What fixers are made of: syntax trees that keep every byte, moved imports, rewritten calls."""
