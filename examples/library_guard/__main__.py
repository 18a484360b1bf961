"""Use the guarded library as three people: `python -m examples.library_guard`."""

import asyncio
import tempfile
from pathlib import Path

from examples.library_guard import guarded
from examples.toy_institute import ToyInstitute
from ringwall import AccessDenied, Gatekeeper

ASSET = "weights:aurora-2"

with tempfile.TemporaryDirectory() as folder:
    toy = ToyInstitute(Path(folder) / "institute")
    with Gatekeeper.open(toy.folder, point="point:trainer") as gate:
        with gate.session(token=toy.token("ada")) as ada:
            print("ada loads:", guarded.load(ada, ASSET).decode())
            print("ada asks:", asyncio.run(guarded.answer(ada, ASSET, "tides")))
            print("ada reads:", *guarded.tokens(ada, ASSET, "tides"))
        with gate.session(token=toy.token("alan", acr="pwd")) as alan:
            try:
                guarded.load(alan, ASSET)
            except AccessDenied as denied:
                print("alan, by a password:", *denied.decision.caller_reasons())
        with gate.session(token=toy.token("emmy")) as emmy:
            try:
                next(guarded.tokens(emmy, ASSET, "tides"))
            except AccessDenied as denied:
                print("emmy, by a key:", *denied.decision.caller_reasons())
