"""Units that are on exactly where somebody marked a text."""
