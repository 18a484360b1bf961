"""`examples/vault_loader` does what its README says, with a real model as well."""

import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from examples.vault_loader.loaders import WAYS
from ringwall.gate.asker import Who
from ringwall.institute import Institute
from tests.e2e.examples import ROOT, check_example
from tests.example import apply, declared

ASSET: Final = "weights:aurora-2"
CUSTODIAN: Final = Who(subject="user:grace", authn="hardware-fresh")
RESEARCHER: Final = Who(subject="user:ada", authn="hardware-fresh")


def test_the_example_prints_what_its_readme_shows() -> None:
    check_example("vault_loader", own=("loaders.py",))


def test_a_real_sentence_embedding_model_is_the_same_by_each_way() -> None:
    weights = _package() / "weights" / "l2_supercat_256.safetensors"
    program = [sys.executable, "-m", "examples.vault_loader"]
    example = [*program, "--model", str(weights)]

    done = subprocess.run(
        example, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("  yes\n") == len(WAYS)
    assert " NO\n" not in done.stdout
    assert done.stdout.endswith("files that hold weights in the clear: 0\n")


def test_its_own_loader_reads_it_from_a_folder_of_the_vault(tmp_path: Path) -> None:
    package = _package()
    wordllama: Any = pytest.importorskip("wordllama")
    config: Any = pytest.importorskip("wordllama.config")
    tokenizer = "l2_supercat_tokenizer_config.json"
    # Names that the package has no files of its own for.
    files = {
        "weights/custom_256.safetensors": "weights/l2_supercat_256.safetensors",
        "tokenizers/sealed.json": f"tokenizers/{tokenizer}",
    }
    institute = Institute.create(tmp_path / "institute")
    apply(institute, declared())
    uri = config.ModelURI(
        repo_id="",
        available_dims=[256],
        binary_dims=[],
        tokenizer_config="sealed.json",
    )
    texts = ["weights open through the gate", "a cat sat on a mat"]

    with institute.gatekeeper("point:trainer") as gate:
        gate.vault.keyring.make("main", "file")
        for name, source in files.items():
            gate.vault.seal(package / source, ASSET, key="main", file=name, **CUSTODIAN)
        with gate.vault.folder(ASSET, action="weights.load", **RESEARCHER) as folder:
            sealed = wordllama.WordLlama.load(uri, cache_dir=folder)
        plain = wordllama.WordLlama.load(cache_dir=package, disable_download=True)

    np.testing.assert_array_equal(sealed.embed(texts), plain.embed(texts))


def _package() -> Path:
    """Return the folder of a package that has a model in it, if there is one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = pytest.importorskip(
            "wordllama", reason="the package wordllama, with a real model, is not here"
        )
    return Path(str(package.__file__)).parent
