"""What both stand-ins are built on: a clock, a ledger of every call, faults on the wire, and the control port."""
