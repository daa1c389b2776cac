"""What the service is about, as frozen values and rules: no library, no clock, no storage."""
