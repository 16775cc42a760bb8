"""The stages of the pipeline. Clean, reconcile, qualify and route are pure; pull, push, verify, follow_up and write_back talk to connectors."""
