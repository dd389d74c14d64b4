"""Addresses on a chain: one form for each, and whether a Bitcoin address was copied whole."""

from __future__ import annotations

import hashlib
from typing import Final

__all__ = ["address_fault", "address_key", "addresses_in", "looks_like_address"]

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_SUMS: Final = (1, 0x2BC830A3)  # bech32 for version 0, bech32m for later ones
_PREFIXES: Final = ("bc1", "tb1", "ltc1")
_SHORTEST, _LONGEST = 25, 110
_BITCOIN_BASE58: Final = range(25, 36)


def address_key(address: str) -> str:
    """The form in which an address is compared.

    Forms that have no case (bech32, hexadecimal) come in small letters, others as they are.

    Examples
    --------
    >>> address_key(" BC1QAR0 "), address_key("0xAbC"), address_key("1BoatSLR")
    ('bc1qar0', '0xabc', '1BoatSLR')
    """
    text = address.strip()
    small = text.lower()
    return small if small.startswith((*_PREFIXES, "0x")) else text


def looks_like_address(text: str) -> bool:
    """Whether a text is more likely an address than a name: one long word with digits.

    Examples
    --------
    >>> looks_like_address("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"), looks_like_address("Bitriver")
    (True, False)
    """
    word = text.strip()
    return (
        _SHORTEST <= len(word) <= _LONGEST and word.isascii() and word.isalnum()
        and any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
    )


def address_fault(address: str) -> str:
    """What is wrong with a Bitcoin address; empty where it is whole or of another chain.

    Notes
    -----
    Base58 addresses carry four bytes of a double SHA-256, bech32 ones (BIP 173, BIP 350)
    a code of six letters: a slip of the pen fails. Addresses that start with neither 1,
    3 nor bc1 are not looked at.

    Examples
    --------
    >>> address_fault("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
    ''
    >>> address_fault("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")
    'its checksum does not fit'
    """
    text = address_key(address)
    if text.startswith("bc1"):
        return "" if _bech32_holds(address.strip()) else "its checksum does not fit"
    if text[:1] in ("1", "3") and len(text) in _BITCOIN_BASE58:
        return "" if _base58_holds(text) else "its checksum does not fit"
    return ""


def _base58_holds(text: str) -> bool:
    number = 0
    for letter in text:
        digit = _BASE58.find(letter)
        if digit < 0:
            return False
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    body, code = raw[:-4], raw[-4:]
    once = hashlib.sha256(body).digest()
    return len(raw) == 25 and hashlib.sha256(once).digest()[:4] == code


def _bech32_holds(text: str) -> bool:
    if text not in (text.lower(), text.upper()):
        return False
    prefix, _, data = text.lower().rpartition("1")
    values = [_BECH32.find(letter) for letter in data]
    if len(data) < 8 or min(values) < 0:
        return False
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    return _polymod(spread + values) == _BECH32_SUMS[values[0] > 0]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(_BECH32_GENERATOR):
            if top >> i & 1:
                check ^= generator
    return check


def addresses_in(text: str) -> tuple[str, ...]:
    """Whole Bitcoin addresses inside a free text, each once, by their checksums.

    Examples
    --------
    >>> addresses_in("wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa; ref 3123456789012345678901234567")
    ('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',)
    """
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in text).split()
    found = (address_key(w) for w in words if w[:1] in "13" or w[:3].lower() == "bc1")
    return tuple(dict.fromkeys(w for w in found if looks_like_address(w) and not address_fault(w)
                               and (w.startswith("bc1") or len(w) in _BITCOIN_BASE58)))
