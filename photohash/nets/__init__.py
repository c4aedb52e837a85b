"""The networks: numpy arrays in, numpy arrays out, torch inside."""
