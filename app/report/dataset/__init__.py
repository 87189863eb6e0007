"""The dataset of a finalised audit: tidy tables with a codebook, in an internal and a research edition."""
