# Everything a person types.  Details: ops/ and docs/howto/.
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests demo report test lint bench format locks clean stop

PYTHON ?= python3
YEAR ?= 2023
VENV := .venv/bin
# Test processes at once: one more than the processors of a small machine, as many tests wait.
JOBS ?= 3

help: ## 列出全部命令
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## 准备运行环境（系统组件、软件包、公文字体），只补缺少的
	@$(PYTHON) -m ops.setup

setup-tests:
	@$(PYTHON) -m ops.setup --with-tests

demo: setup ## 启动演示：编制 2023 年度报告并打开门户（换端口：make demo PORT=8080）
	@$(VENV)/python -m ops.portal demo

report: setup ## 只编制报告，不启动门户：make report YEAR=2023
	@$(VENV)/python -m ops.portal report $(YEAR)

test: lint ## 全部检查与测试（与持续集成相同）
	@$(VENV)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term

lint: setup-tests ## 代码、类型、模块边界、模板检查
	@$(VENV)/python -m ops.lint

format: setup-tests ## 自动整理代码格式
	@$(VENV)/python -m ruff check --fix --quiet . ; $(VENV)/python -m ruff format .

bench: setup-tests ## 性能测试，结果逐项写入 build/bench.json（只试跑：make bench SMALL=1）
	@mkdir -p build
	@$(VENV)/python -m ops.with_services $(VENV)/python -m tests.bench $(if $(SMALL),--small)

locks: setup-tests ## 升级依赖：重新生成 requirements/*.lock
	@for name in setup app dev; do \
	  $(VENV)/uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-header \
	    requirements/$$name.in -o requirements/$$name.lock || exit 1; done

stop: ## 停止演示与自带的数据库、消息队列
	@$(PYTHON) -m ops.portal stop

clean: stop ## 停止并删除构建结果、缓存与虚拟环境（保留 .run 中的数据、报告与字体）
	rm -rf .venv build .mypy_cache .ruff_cache .import_linter_cache
	rm -rf .run/log .run/test .run/coverage .run/pytest_cache .run/static .run/requirements.json
	find . -name __pycache__ -type d -not -path './.run/*' -prune -exec rm -rf {} +
