"""The JSON API as programs meet it: its routes, its problems, and the document that describes both."""
