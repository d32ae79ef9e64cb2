import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A program `docker` that knows images as folders below its own: `<name>/root.tar` and `<name>/image.json`. It makes
 * containers, copies into them and commits them as docker does, and runs nothing.
 */
const PROGRAM = `#!/bin/sh
set -eu
store=$(dirname "$0")/../store
field() { sed -n "s/^$1=//p" "$store/$2/facts"; }
case "$1" in
  info) echo "$store" ;;
  buildx) exit 0 ;;
  image)
    shift; [ "$1" = inspect ] && shift
    [ -f "$store/$1/root.tar" ] || { echo "No such image: $1" >&2; exit 1; }
    labels=$(cat "$store/$1/labels")
    printf '[{"Id":"sha256:%s","Created":"2026-01-02T03:04:05Z","Config":{"Labels":{%s},"Cmd":["serve"]},"RootFS":{"Layers":[]}}]' \\
      "$(sha256sum <"$store/$1/root.tar" | cut -d' ' -f1)" "$labels" ;;
  create)
    [ "$2 $3" = "--pull never" ] && shift 2
    id=container-$$; mkdir -p "$store/$id"; printf '%s' "$2" >"$store/$id/from"; echo "$id" ;;
  export) cat "$store/$(cat "$store/$2/from")/root.tar" ;;
  cp) id=\${3%%:*}; cat >"$store/$id/layer.tar" ;;
  commit)
    shift; labels=
    while [ "$1" = --change ]; do
      one=\${2#LABEL }; labels="$labels,\\"\${one%%=*}\\":\${one#*=}"; shift 2
    done
    from=$(cat "$store/$1/from"); mkdir -p "$store/$2/root"
    tar -C "$store/$2/root" -xf "$store/$from/root.tar"
    tar -C "$store/$2/root" -xf "$store/$1/layer.tar"
    tar -C "$store/$2/root" -cf "$store/$2/root.tar" .
    cp "$store/$1/layer.tar" "$store/$2/layer.tar"
    printf '%s' "\${labels#,}" >"$store/$2/labels"; echo committed ;;
  tag) cp -r "$store/$2" "$store/$3" ;;
  rm) rm -rf "$store/$2" ;;
  *) echo "unknown: $*" >&2; exit 1 ;;
esac
`;

/** Puts the program into \`dir/bin\`; images are put below \`dir/store\`. */
export function standInDocker(dir: string): { bin: string; store: string } {
  const [bin, store] = [join(dir, 'bin'), join(dir, 'store')];
  mkdirSync(bin, { recursive: true });
  mkdirSync(store, { recursive: true });
  writeFileSync(join(bin, 'docker'), PROGRAM);
  chmodSync(join(bin, 'docker'), 0o755);
  return { bin, store };
}
