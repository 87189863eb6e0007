"""Where the words of a threshold document were read in two ways, and what its next version does about it."""
