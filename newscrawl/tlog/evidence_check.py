"""Verify an evidence file of newscrawl offline, with Python and `cryptography` alone.

python evidence_check.py FILE [KEY [AUTHORITY.pem]]: the log's key, and who issued the stamp, as others published them.
"""

import base64
import hmac
import io
import json
import sys
import zipfile
from hashlib import new, sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding

NEEDED, OPTIONAL = {"checkpoint", "key", "proof.tlog-proof", "version.json"}, {"payload", "response", "stamp.tsr"}
OIDS = {bytes.fromhex(f"60864801650304020{n}"): f"sha{size}" for n, size in ((1, 256), (2, 384), (3, 512))}


def require(condition: object, problem: str) -> None:
    if not condition:
        raise ValueError(problem)


def decoded(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "base64 is not as it was written")
    return data


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def packed(members: dict[str, bytes]) -> bytes:
    """Return the one ZIP file that has these members: a file of which any byte was altered is no more this one."""
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, members[name])
    return file.getvalue()


def entry_of(version: dict[str, Any]) -> bytes:
    """Return the entry of the log that commits to a version: to each of its values; if it is old, to all in one."""
    values, salts, blind = version["values"], version["salts"], bytes.fromhex(version["blind"])
    digests = {n: hmac.digest(bytes.fromhex(salts[n]), dumped(values[n]).encode(), "sha256").hex() for n in salts}
    is_shown = values.keys() == (salts.keys() or {"version"}) and not digests.keys() & version["withheld"].keys()
    is_hex = all(bytes.fromhex(text).hex() == text for text in (*salts.values(), version["blind"]))
    require(is_shown and is_hex, "version.json has a value without a salt, or one that is both shown and withheld")
    capture = (digests := digests | version["withheld"]).pop("capture", "-")
    covered = f"{version['previous']}\n{dumped(values['version'] if blind else digests)}"
    chain = sha256(covered.encode()).hexdigest()
    chain = hmac.digest(blind, chain.encode(), "sha256").hex() if blind else chain
    return f"newscrawl-version/1\n{chain}\n{capture}\n".encode()


def check_note(note: str, key: str) -> tuple[int, bytes]:
    """Return size and root of a checkpoint that the key signed, and no other (C2SP signed-note, tlog-checkpoint)."""
    name, key_id, encoded = key.removesuffix("\n").split("+", 2)
    public, (text, line) = decoded(encoded), note.removesuffix("\n").rsplit("\n\n", 1)
    signature = decoded(line.removeprefix(f"\u2014 {name} "))
    ids, (origin, size, root) = {key_id, sha256(f"{name}\n".encode() + public).hexdigest()[:8]}, text.split("\n")
    require(ids == {signature[:4].hex()} and public[:1] == b"\1" and origin == name, "the key is of another log")
    ed25519.Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], f"{text}\n".encode())
    return int(size), decoded(root)


def check_inclusion(proof: str, note: str, entry: bytes, size: int, root: bytes) -> int:
    """Return the index of an entry that a proof shows to be in a tree (RFC 9162, 2.1.3.2; C2SP tlog-proof)."""
    first, *siblings = proof.removesuffix(f"\n\n{note}").removeprefix("c2sp.org/tlog-proof@v1\nindex ").split("\n")
    at, last, total = int(first), size - 1, sha256(b"\0" + entry).digest()
    for sibling in map(decoded, siblings):
        is_right = at & 1 or at == last
        total = sha256(b"\1" + (sibling + total if is_right else total + sibling)).digest()
        while is_right and at and not at & 1:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    is_there = last == 0 and total == root and first == str(int(first))
    require(is_there and 0 <= int(first) < size, "what version.json says is not what the log has at this place")
    return int(first)


def der(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the elements of DER: the content of each, and all of it."""
    found = []
    while data:
        start = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
        end = start + (int.from_bytes(data[2:start], "big") if start > 2 else data[1])
        found.append((data[start:end], data[:end]))
        data = data[end:]
    return found


def check_stamp(stamp: bytes, note: bytes, trusted: bytes) -> str:
    """Return when an authority saw a checkpoint, and the name of its certificate (RFC 3161; RFC 5652, 5.4)."""
    status, token = der(der(stamp)[0][0])
    content, certificates, signers = (der(der(der(token[0])[1][0])[0][0])[n][0] for n in (2, 3, -1))
    stated, signer = der(der(content)[1][0])[0][0], der(der(signers)[0][0])
    info = [each for each, _ in der(der(stated)[0][0])]
    imprint, algorithm, attributes = der(info[2]), OIDS[der(signer[2][0])[0][0]], signer[3]
    signed = {der(each)[0][0]: der(der(each)[1][0])[0][0] for each, _ in der(attributes[0])}
    digests = (imprint[1][0], signed[bytes.fromhex("2a864886f70d010904")])
    is_of_note = digests == (new(OIDS[der(imprint[0][0])[0][0]], note).digest(), new(algorithm, stated).digest())
    require(is_of_note and der(status[0])[0][0] in (b"\0", b"\1"), "the stamp is of something else")
    chain = [x509.load_der_x509_certificate(each) for _, each in der(certificates)]
    own = {each.serial_number: each for each in chain}[int.from_bytes(der(signer[1][0])[1][0], "big")]
    usage = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    require(x509.oid.ExtendedKeyUsageOID.TIME_STAMPING in usage, "the stamp is signed by who may not stamp")
    public, kind = own.public_key(), getattr(hashes, algorithm.upper())()
    how = (ec.ECDSA(kind),) if isinstance(public, ec.EllipticCurvePublicKey) else (padding.PKCS1v15(), kind)
    public.verify(signer[5][0], b"\x31" + attributes[1][1:], *how)  # type: ignore[union-attr]
    if trusted and own != (issuer := x509.load_pem_x509_certificate(trusted)):
        own.verify_directly_issued_by(issuer)
    return f"stamped at {info[4].decode()} by {own.subject.rfc4514_string()}"


def check(data: bytes, key: str = "", trusted: bytes = b"") -> list[str]:
    """Return what an evidence file proves, a sentence each; raises an exception of any kind if it proves nothing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {info.filename: info.file_size + info.compress_type * len(data) for info in archive.infolist()}
        require(NEEDED <= sizes.keys() <= NEEDED | OPTIONAL and sum(sizes.values()) < len(data), "no evidence file")
        members = {name: archive.read(name) for name in sizes}
    require(packed(members) == data, "the ZIP file was altered")
    note, own_key, proof, text = (members[name].decode() for name in sorted(NEEDED))
    as_written = json.dumps(version := json.loads(text), ensure_ascii=False, indent=1) + "\n"
    require(text == as_written and own_key.strip() in (key or own_key).split(), "it was altered, or is of another key")
    index = check_inclusion(proof, note, entry_of(version), *check_note(note, own_key))
    values = {**version["values"], **version["values"].get("version", {})}
    digests = {"payload": values.get("payload"), "response": (values.get("capture") or {}).get("response_digest")}
    facts = [f"{name} {values.get(name)!a}" for name in ("article_id", "number", "seen_at")]
    for name in sorted(members.keys() & digests.keys()):
        require(sha256(members[name]).hexdigest() == digests[name], f"{name} is not the page in the log")
        facts.append(f"with its {name}")
    stamps = [check_stamp(members[name], note.encode(), trusted) for name in members if name == "stamp.tsr"]
    return [", ".join(facts), f"entry {index} in the log of {own_key.strip()}", *stamps]


if __name__ == "__main__":
    try:
        data, *trusted = (Path(path).read_bytes() for path in [*(sys.argv[1:2] or sys.exit(__doc__)), *sys.argv[3:]])
        print("\n".join(check(data, "".join(sys.argv[2:3]), b"".join(trusted))))
    except Exception as error:  # noqa: BLE001  whatever a forged file does to a parser, it proves nothing
        sys.exit(f"NOT PROVED: {type(error).__name__}: {error}")
