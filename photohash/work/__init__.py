"""The long jobs: scanning and re-encoding."""
