"""What keeps a person from acting on a case: one list of bars, asked whenever a case is given, begun or decided on."""
