"""Who was shown what is sensitive, and why."""
