"""SOQL: parsed by a grammar, checked against the schema, compiled to functions over rows."""
