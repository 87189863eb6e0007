"""Lists of people: many are invited, mended and given roles by one file, after a look at what it would do."""
