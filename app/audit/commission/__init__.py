"""Commissioning an audit and agreeing its framework."""
