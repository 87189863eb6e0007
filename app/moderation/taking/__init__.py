"""Who works on a challenge: taking it on, letting it go, taking it over."""
