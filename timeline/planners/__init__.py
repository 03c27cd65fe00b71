"""Pure functions, one file a feature: facts + strips + options -> Plan."""
