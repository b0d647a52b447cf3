"""Recorded functions as fast programs; read `program` first."""
