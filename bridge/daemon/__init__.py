"""The daemon: runs the jobs of `config/schedule.yaml`, each slot once however many daemons share the database, and tells how it is.

slots    when a job is due, as instants that are the same on every machine
clock    APScheduler in memory: it says "now", and nothing else
worker   takes a slot in the database and runs its job, one at a time
pulse    is the database there; keeps the lease alive; reads the figures
watchdog ends a process that hangs, so that its supervisor starts it again
signs    what the threads say about themselves, and what follows for /healthz and /readyz
service  all of it together, from start to SIGTERM
"""
