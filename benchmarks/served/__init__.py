"""The product as people meet it: a server that answers them, beside a bare application on the same database file."""
