"""How every file in models/ was made, runnable again; nothing here is needed at run time."""
