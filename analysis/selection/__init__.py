"""Units that are on exactly where a text is marked."""
