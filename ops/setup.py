"""Make this machine able to run the portal: ``python3 -m ops.setup [--with-tests]``.

Run by the system's Python before anything is installed.  What is there already is left alone.
"""

import argparse

from ops import environment, fonts, packages
from ops.common import run_main


def main() -> None:
    parser = argparse.ArgumentParser(description="准备运行环境：系统组件、虚拟环境、公文字体")
    parser.add_argument("--with-tests", action="store_true", help="连同测试所需的程序与软件包")
    with_tests = parser.parse_args().with_tests
    needs = packages.RUNTIME + (packages.TESTS if with_tests else ())
    packages.install(packages.missing(needs) + environment.venv_need())
    environment.ensure(with_tests=with_tests)
    fonts.ensure()


if __name__ == "__main__":
    run_main(main)
