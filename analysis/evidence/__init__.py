"""What a score is worth: judged on text that chose nothing, beside controls, with a verdict."""
