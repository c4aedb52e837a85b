"""Files that travel with the program: model manifests and the heads trained here."""
