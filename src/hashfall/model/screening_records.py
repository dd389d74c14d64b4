"""Records of screening: a party as a list has it, and what a match with it looks like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import NamedTuple

__all__ = ["KINDS", "CryptoAddress", "ListedParty", "Match", "Owner"]

KINDS = ("company", "person", "vessel", "aircraft", "wallet", "other")
"""Kinds of parties."""


class CryptoAddress(NamedTuple):
    """Address on a chain, with the currency as its list writes it (XBT, ETH, ...)."""

    address: str
    currency: str = ""


class Owner(NamedTuple):
    """Owner of a party by its id; ``percent`` is None where the stake is not stated. [%]"""

    id: str
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class ListedParty:
    """A party of a list file, whatever the format of the file.

    ``listed`` is False for a party that a file holds only because a listed one is
    linked to it, such as a company that a listed person owns.
    """

    id: str
    """Id inside its list."""
    list: str
    """Name of the list, such as ``us_ofac_sdn``."""
    name: str
    """Main name."""
    aliases: tuple[str, ...] = ()
    """Other names, spellings and scripts."""
    kind: str = "other"
    """One of `KINDS`."""
    countries: tuple[str, ...] = ()
    """Countries as the list writes them, codes in capitals."""
    addresses: tuple[CryptoAddress, ...] = ()
    """Addresses on a chain; most listed firms have none."""
    identifiers: tuple[str, ...] = ()
    """Registration, tax and bank account numbers."""
    programs: tuple[str, ...] = ()
    """Sanction programmes."""
    listed_on: Date | None = None
    """Day of the first listing."""
    owners: tuple[Owner, ...] = ()
    """Owners that the list names."""
    source: str = ""
    """File."""
    published: Date | None = None
    """Date of the list."""
    listed: bool = True
    """Whether the party itself is listed."""

    @property
    def names(self) -> tuple[str, ...]:
        """Main name and aliases, each once.

        Examples
        --------
        >>> ListedParty("1", "made", "Alpha", ("Beta", "Alpha")).names
        ('Alpha', 'Beta')
        """
        return tuple(dict.fromkeys((self.name, *self.aliases)))


@dataclass(frozen=True, slots=True)
class Match:
    """One reason to look closer: a listed party and how it was found."""

    id: str
    """Id of the listed party."""
    name: str
    """Its main name."""
    list: str
    """Its list."""
    kind: str
    """How it was found: ``name``, ``identifier``, ``ownership``, ``address`` or ``hops``."""
    score: float
    """Similarity, or 1 for what is exact. [0-1]"""
    reasons: tuple[str, ...]
    """Sentences for a reader."""
    certain: bool = True
    """False where it rests on a stake that nobody states."""
    programs: tuple[str, ...] = ()
    """Programmes of the listed party."""
    listed_on: Date | None = None
    """Day of listing."""
