"""Argon2 as in production, made light: tests sign in hundreds of times."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class LightArgon2(Argon2PasswordHasher):
    """One pass over one megabyte; a password hashed so is worth nothing outside of tests."""

    time_cost = 1
    memory_cost = 1024
    parallelism = 1
