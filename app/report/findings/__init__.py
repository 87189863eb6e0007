"""What figures say: whether they say anything, how a share is printed, and what chance allows to be claimed."""
