"""The timetable of an audit: planned forwards or backwards, and the addresses by which calendars read it."""
