"""What somebody writes in a hearing and has not sent: kept as they type, and theirs alone."""
