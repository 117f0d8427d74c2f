"""The scripts that made every file in models/; nothing here is needed at run time."""
