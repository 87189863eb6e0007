"""The web kit: doors, answering, pages, forms, refusals, sessions."""
