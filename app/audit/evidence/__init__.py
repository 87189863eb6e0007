"""What evidence is written with: the documents of a case's file, phrases, what was reused, and what says too little."""
