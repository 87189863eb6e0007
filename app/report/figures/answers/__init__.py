"""What audits say besides grades: each standard, why cases were graded as they were, and the facts from their files."""
