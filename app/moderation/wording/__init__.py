"""How often the words of a threshold document were read in two ways, by standard and by where that came out."""
