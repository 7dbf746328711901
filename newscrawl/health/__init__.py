"""Health of sources: baselines learnt from past runs, and alarms for a run that finds much less than usual."""
