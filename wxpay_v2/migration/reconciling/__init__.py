"""The parts of a reconciliation: what is read, the comparison as SQL, and the two engines that run it."""
