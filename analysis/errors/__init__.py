"""What a network gets wrong, by what would have put it right, and what its memory buys over an n-gram model."""
