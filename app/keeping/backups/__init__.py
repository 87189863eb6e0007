"""A copy of the database that is whole and says what is in it, and the way back."""
