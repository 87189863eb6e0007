"""What is kept: the record and whether it is whole, copies of it, and what is forgotten when its time is over."""
