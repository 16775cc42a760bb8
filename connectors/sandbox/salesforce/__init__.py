"""A strict stand-in for Salesforce's REST API, built from its published documents and recorded describes."""
