"""A CycloneDX list of the image's packages, of Python and of the distribution, on standard output."""

import importlib.metadata
import json
import shutil
import subprocess


def component(kind, name, version):
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:{kind}/{name}@{version}",
    }


def python_packages():
    for distribution in importlib.metadata.distributions():
        name = (distribution.metadata["Name"] or "").lower()
        if name:
            yield component("pypi", name, distribution.version)


def system_packages():
    if shutil.which("dpkg-query") is None:
        return
    command = ["dpkg-query", "--show", "--showformat", "${Package} ${Version}\\n"]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        name, version = line.split(" ", 1)
        yield component("deb", name, version)


components = sorted([*python_packages(), *system_packages()], key=lambda one: one["purl"])
print(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}, indent=1))
