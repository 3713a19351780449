"""What operators look at: incidents, messages about them, and how the lines do now."""
