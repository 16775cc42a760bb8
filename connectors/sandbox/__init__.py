"""Local stand-ins for HubSpot and Salesforce, built from their published documents; strict, seeded, sharing no code with our clients."""
