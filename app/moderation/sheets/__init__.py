"""That a final case was discussed with its practitioner, and what was agreed: what its page for supervision keeps."""
