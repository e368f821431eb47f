"""The views of the application, one file each."""
