"""The shape of an audit’s sample: what is wished, what it means on a list, and who was audited lately."""
