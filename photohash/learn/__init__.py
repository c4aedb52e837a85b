"""Learning: labelled examples, one trainer for every method, and the measures by which codes are judged."""
