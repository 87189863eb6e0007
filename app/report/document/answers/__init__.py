"""What a report says of standards, of why cases were graded so, and of facts; thematic reports are made of it."""
