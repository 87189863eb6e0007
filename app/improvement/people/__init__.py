"""Who may read an area's audited cases as a practitioner or a service manager: what its head of service says."""
