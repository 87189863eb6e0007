"""The commands of what is kept: `backup`, `restore`, `retention`, `subject-access`."""
