"""Set-up and process scripts.  Standard library only: they run before anything is installed."""
