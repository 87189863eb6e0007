"""How somebody proved who they are: sessions begin and end with it."""
