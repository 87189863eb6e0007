"""People: who they are, their roles with scope, and the service areas that scope some of them."""
