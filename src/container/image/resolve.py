"""Finds what the build of the image would fetch, and says it as a JSON list of files: path, url, sha256.

Runs in the base image with the network at hand, so that packages are those of its platform and its Python. Nothing is
installed: pip is asked for its report, apt for its addresses.
"""

import argparse
import hashlib
import json
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import tomllib
import urllib.parse
import urllib.request

RUST_SITE = "https://static.rust-lang.org/dist"


def fail(what, following):
    print(f"dgx-patch: {what}\n  next:    {following}", file=sys.stderr)
    sys.exit(3)


def apt(text, folder):
    """Lines of `apt-get --print-uris`: 'URL' NAME SIZE SHA256:HASH."""
    for line in text.splitlines():
        match = re.fullmatch(r"'(\S+)' (\S+) \d+ SHA256:([0-9a-f]{64})", line.strip())
        if match:
            yield {"path": f"apt/{folder}/{match[2]}", "url": match[1], "sha256": match[3]}
        elif line.startswith("'"):
            fail(f"apt names no sha256: {line}", "use a base image whose archive has one")


def report(words):
    """What pip would install: the report of a dry run that takes wheels alone."""
    with tempfile.NamedTemporaryFile() as file:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--only-binary", ":all:", "--report", file.name, *words]
        if subprocess.run(command, stdout=sys.stderr).returncode != 0:
            fail("pip found no set of wheels", "read its words above; a package without a wheel cannot be locked")
        return json.load(file)["install"]


def wheels(installs):
    for install in installs:
        info = install["download_info"]
        name = urllib.parse.unquote(info["url"].split("#")[0].rsplit("/", 1)[-1])
        sha256 = info.get("archive_info", {}).get("hashes", {}).get("sha256")
        if not sha256:
            fail(f"the index has no sha256 of {name}", "use an index that has")
        yield {"path": f"pip/{name}", "url": info["url"].split("#")[0], "sha256": sha256}


def python(request, src):
    torch = report(["--index-url", request["torch"]["index"], *request["torch"]["requirements"]])
    held = [f"{one['metadata']['name']}=={one['metadata']['version']}" for one in torch]
    more = list(request["requirements"])
    for path in request["buildSystems"]:
        more += tomllib.loads((src / path).read_text())["build-system"]["requires"]
    for path in request["lists"]:
        more += ["-r", str(src / path)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.write("\n".join(held))
        constraints.flush()
        rest = report(["--extra-index-url", request["torch"]["index"], "--constraint", constraints.name, *more])
    yield from wheels(torch)
    yield from wheels(rest)


def hashed(path, url):
    """A file whose server publishes no hash: that of today's bytes."""
    with urllib.request.urlopen(url) as answer:
        return {"path": path, "url": url, "sha256": hashlib.sha256(answer.read()).hexdigest()}


def protoc(script):
    """The archive that the tree's script would fetch: it names a version and an address."""
    version = re.search(r"PROTOC_VERSION:-([\d.]+)", script)
    address = re.search(r'^URL="(https://[^"]+)"', script, re.MULTILINE)
    if not version or not address:
        fail("the tree's script for protoc is of a shape that is not known", "report it to dgx-patch")
    arch = {"aarch64": "aarch_64", "x86_64": "x86_64"}[platform.machine()]
    url = address[1].replace("${VERSION}", version[1]).replace("${URL_ARCH}", arch)
    return hashed("tools/protoc.zip", url)


def rust(toolchain):
    """The toolchain of the channel, as the channel's own list names it."""
    channel = tomllib.loads(toolchain)["toolchain"]["channel"]
    with urllib.request.urlopen(f"{RUST_SITE}/channel-rust-{channel}.toml") as answer:
        packages = tomllib.loads(answer.read().decode())["pkg"]
    one = packages["rust"]["target"][f"{platform.machine()}-unknown-linux-gnu"]
    return {"path": "tools/rust.tar.xz", "url": one["xz_url"], "sha256": one["xz_hash"]}


def main():
    parser = argparse.ArgumentParser()
    for name in ("request", "src", "apt-base", "apt-all"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    args = parser.parse_args()
    request = json.loads(args.request.read_text())
    base = list(apt(args.apt_base.read_text(), "base"))
    served = {file["url"] for file in base}
    build = [file for file in apt(args.apt_all.read_text(), "build") if file["url"] not in served]
    files = [*base, *build, *python(request, args.src)]
    if request["protoc"]:
        files.append(protoc((args.src / request["protoc"]).read_text()))
    if request["rust"]:
        files.append(rust((args.src / request["rust"]).read_text()))
    by_path = {file["path"]: file for file in files}
    print(json.dumps([by_path[path] for path in sorted(by_path)], indent=1))


main()
