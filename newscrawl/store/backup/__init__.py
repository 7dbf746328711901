"""Backups: an archive as files in a folder, taken while crawls run, a generation each time; and restores of them."""

from newscrawl.store.backup.generation import BackupReport, back_up
from newscrawl.store.backup.restoring import RestoreReport, check_folder, restore

__all__ = ["BackupReport", "RestoreReport", "back_up", "check_folder", "restore"]
