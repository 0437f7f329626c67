"""Checks a proof written by `crm audit proof LEAD`, with nothing but Python.

    python3 check_proof.py proof.json [ROOT]

ROOT is the hash printed on a bulletin, over as many records as the proof says (RFC 9162, section
2.1: SHA-256; a leaf is hashed behind a byte 0, two nodes behind a byte 1).
"""

import hashlib
import json
import sys
from pathlib import Path


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def root_above(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    last = size - 1
    for beside in path:
        if index % 2 or index == last:
            leaf = sha256(b"\x01", beside, leaf)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            leaf = sha256(b"\x01", leaf, beside)
        index, last = index // 2, last // 2
    return leaf if last == 0 else b""


def main() -> None:
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_file():
        sys.exit("用法：python3 check_proof.py 证明.json [通报上印的校验值]")
    proof = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    size, root = proof["size"], sys.argv[2].strip().lower() if len(sys.argv) > 2 else proof["root"]
    if root != proof["root"]:
        sys.exit(f"校验值不同：这份证明依的是前 {size} 条记录，须与印着同样条数的校验值核对")
    for record in proof["records"]:
        fields = (record[name] for name in ("position", "stream_id", "version", "topic"))
        entry = "".join(f"{field}\n" for field in fields) + record["state"]
        path = [bytes.fromhex(beside) for beside in record["path"]]
        if root_above(sha256(b"\x00", entry.encode()), record["index"], size, path).hex() != root:
            sys.exit(f"不符：第 {record['version']} 条记录（记录号 {record['position']}）")
    later = f"，其后另有 {proof['later']} 条" if proof["later"] else ""
    told = f"相符：{len(proof['records'])} 条记录都在前 {size} 条记录中{later}；校验值 {root}"
    sys.stdout.write(f"{told}\n")


main()
