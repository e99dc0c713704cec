"""Health probe inside the web container: ``python -m ops.probe``; exit code 0 means ready."""

import os
import sys
import urllib.error
import urllib.request

ADDRESS = "http://127.0.0.1:8000/health/ready"


def main() -> int:
    # The portal answers only to its own names.
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    request = urllib.request.Request(ADDRESS, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=8) as answer:
            print(answer.read().decode())
    except urllib.error.HTTPError as fault:
        print(fault.read().decode(errors="replace"), file=sys.stderr)
        return 1
    except OSError as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
