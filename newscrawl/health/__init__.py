"""Health of sources: what runs usually find, and alarms where one finds much less."""
