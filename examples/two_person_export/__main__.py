"""Export weights once, when three people approve; run it with `python -m`."""

import tempfile
from pathlib import Path

from examples.two_person_export.exporter import ACTION, export
from examples.two_person_export.people import Desks
from ringwall import AccessDenied
from ringwall.grants.desk import Wish
from ringwall.matters.statements import statement_of

ASSET = "weights:aurora-1"
QUORUM = (("grace", "custodian"), ("cleo", "custodian"), ("marian", "ciso"))

with tempfile.TemporaryDirectory() as name:
    desks, folder = Desks(Path(name)), Path(name)
    (folder / "part").write_bytes(bytes(1_000_000))
    office = desks.institute.grants()
    until = desks.institute.clock.now() + 24 * 3600 * 1_000_000
    wish = Wish("user:dennis", ACTION, ASSET, "copy for the second site", until)

    draft = office.draft(wish)
    told, _ = office.file(draft.said, desks.sign("dennis", draft.statement))
    grant = told.request.id
    print("dennis asks:", told.standing.told)
    for person, seat in QUORUM:
        said = office.approval_of(grant, f"user:{person}", seat)
        statement = statement_of("request.approved", said)
        told, _ = office.approve(said, desks.sign(person, statement))
        print(f"{person} approves as {seat}:", told.standing.state)
    office.close()

    with desks.institute.gatekeeper("point:vault-desk") as gate:
        for attempt in ("first", "second"):
            try:
                size = export(gate, grant, ASSET, folder / "part", folder / attempt)
                print(f"{attempt} export: {size} bytes")
            except AccessDenied as denied:
                print(f"{attempt} export:", *denied.decision.caller_reasons())
        print("second file is there:", (folder / "second").exists())
