"""Waits until every machine has joined Ray, and makes sure that all of them run the same image.

Each container gives Ray a resource named after its image. A machine without this one's resource was
started from another image: its kernels differ, and tensor parallel work over them hangs or goes wrong.
"""

import argparse
import sys
import time

import ray


def alive():
    return [node for node in ray.nodes() if node["Alive"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, required=True)
    parser.add_argument("--resource", required=True)
    parser.add_argument("--timeout", type=float, default=600, help="seconds")
    parser.add_argument("--poll", type=float, default=2, help="seconds")
    args = parser.parse_args()

    ray.init(address="auto", log_to_driver=False, logging_level="error")
    until = time.monotonic() + args.timeout
    seen = -1
    while len(nodes := alive()) < args.nodes:
        if len(nodes) != seen:
            seen = len(nodes)
            print(f"dgx-patch: {seen} of {args.nodes} machines have joined", file=sys.stderr)
        if time.monotonic() > until:
            print(
                f"dgx-patch: only {len(nodes)} of {args.nodes} machines joined in {args.timeout:.0f} s\n"
                "  next:    start the workers, and check that they reach HEAD_IP",
                file=sys.stderr,
            )
            return 3
        time.sleep(args.poll)

    others = [node["NodeManagerAddress"] for node in nodes if args.resource not in node["Resources"]]
    ray.shutdown()
    if others:
        print(
            f"dgx-patch: another image runs on {', '.join(others)}\n"
            "  next:    start the same image on all machines",
            file=sys.stderr,
        )
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
