"""The names of the files, held against what is shipped."""

from ringwall.shipped import shipped_path
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.files import FILES, PROTECTED_FOLDER


def test_the_files_named_are_the_files_shipped() -> None:
    names = {path.name for path in shipped_path("threat_models").iterdir()}

    assert names == {*FILES, PROTECTED_FOLDER, "README.md"}


def test_each_table_of_a_file_is_a_table_of_the_catalogue() -> None:
    tables = {table for kind in FILES.values() for table in kind.model_fields}

    assert tables | {"protected", "digest", "places", "folder"} == set(
        Catalogue.__dataclass_fields__
    )
