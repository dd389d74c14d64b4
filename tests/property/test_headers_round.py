"""Headers go into compact records and come back whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hashfall.ingest.headers import join_headers
from hashfall.model import header as h


@given(st.binary(min_size=80, max_size=80))
def test_a_header_comes_back_from_its_record_and_parent(raw: bytes) -> None:
    assert h.expand_header(h.compact_header(raw), h.parse_header(raw).parent) == raw


@given(st.binary(min_size=80, max_size=80))
def test_fields_fill_the_header(raw: bytes) -> None:
    fields = h.parse_header(raw)
    packed = b"".join((
        fields.version.to_bytes(4, "little", signed=True), fields.parent, fields.merkle_root,
        fields.time.to_bytes(4, "little"), fields.bits.to_bytes(4, "little"),
        fields.nonce.to_bytes(4, "little"),
    ))  # fmt: skip
    assert packed == raw


@given(st.lists(st.binary(min_size=48, max_size=48), min_size=1, max_size=8),
       st.binary(min_size=32, max_size=32))
def test_joined_headers_link(records: list[bytes], parent: bytes) -> None:
    headers = join_headers(b"".join(records), parent, 0)
    for record, raw in zip(records, headers.raw, strict=True):
        assert h.parse_header(raw).parent == parent
        assert h.compact_header(raw) == record
        parent = h.header_hash(raw)
    assert headers.last_hash == parent
