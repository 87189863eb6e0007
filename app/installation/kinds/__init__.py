"""The kinds of work of the service: the page on which an administrator lists them."""
