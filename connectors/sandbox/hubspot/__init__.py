"""A stand-in for HubSpot, from its published documents: v3, v4 and date-based paths side by side."""
