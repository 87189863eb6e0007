"""Tables that people send, as their programs save them: one reader for all of them, and what is wrong with them."""
