"""All that is known of one unit: what it goes with, where it is on, what moves it and what it moves."""
