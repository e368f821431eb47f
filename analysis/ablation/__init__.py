"""Does the network use what a unit encodes: the unit is held, and the predictions are watched."""
