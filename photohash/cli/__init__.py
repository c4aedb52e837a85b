"""The command line: every subcommand is a few lines on `Library`."""
