#!/usr/bin/env bash
# Builds the tool's image for both platforms from dist-release/, on a base named by its digest, and pushes it.
# Says the image's digest to the workflow. `image.sh ghcr.io/owner/dgx-patch v0.1.0`
set -euo pipefail
image=$1 version=${2#v}
base=docker.io/library/debian:stable-slim
digest=$(docker buildx imagetools inspect "$base" --format '{{.Manifest.Digest}}')

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
for arch in x64:amd64 arm64:arm64; do
  mkdir "$context/${arch#*:}"
  tar -xzf "dist-release/dgx-patch-$version-linux-${arch%:*}.tar.gz" --strip-components=1 -C "$context/${arch#*:}"
done
docker buildx create --use >/dev/null
docker buildx build --platform linux/amd64,linux/arm64 --provenance=mode=max --sbom=true --push \
  --build-arg "BASE=$base@$digest" --build-arg "VERSION=$version" --tag "$image:$version" --tag "$image:latest" \
  --metadata-file "$context/metadata.json" --file Containerfile "$context"
echo "name=$image" >>"${GITHUB_OUTPUT:-/dev/stdout}"
node -p "'digest=' + require('$context/metadata.json')['containerimage.digest']" >>"${GITHUB_OUTPUT:-/dev/stdout}"
