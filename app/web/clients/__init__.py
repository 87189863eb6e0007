"""Who is at the other end: from where a request comes, and the lines of the log that say who was let in."""
