"""What an improvement assistant prepares of a case."""
