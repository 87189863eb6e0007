"""The rooms together: the addresses of each."""
