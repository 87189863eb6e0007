"""What a public body has to say to whoever uses its service: accessibility, privacy, cookies; open to everybody."""
