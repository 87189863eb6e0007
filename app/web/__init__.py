"""The web kit: routes, answering, pages, forms, refusals, sessions."""
