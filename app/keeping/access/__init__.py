"""What is kept about a practitioner, for a person who asks: everything, with other people marked to be taken out."""
