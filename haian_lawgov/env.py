"""The settings a bureau may change from outside: one table of environment variables.

``load`` reads them all, checks them all and reports every fault at once, in Chinese, each with
the variable's name and the way out.  ``markdown_table`` prints the same declarations for the
documentation, so page and program cannot disagree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from haian_lawgov import env_kinds as kinds
from haian_lawgov.env_kinds import InvalidValue

#: Longest value that is looked at at all; no honest setting comes near it.
LONGEST_VALUE = 4096

MODES = ("production", "demo", "development", "test")


class ConfigurationError(ImproperlyConfigured):
    """One or more environment variables are missing or wrong; ``str()`` is meant for people."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        lines = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(
            f"系统设置有 {len(faults)} 处错误，未启动：\n{lines}\n"
            "全部设置项见 docs/operations/settings.md；本机试用请运行 make demo，"
            "开发请设 PORTAL_MODE=development。"
        )


@dataclass(frozen=True)
class Variable:
    """One environment variable.

    ``default`` is the text used where the variable is absent or empty.  ``required`` variables
    have no default where other people come in (production and demo).
    ``parse`` turns the text into the value, or raises ``InvalidValue`` with the reason and the
    way out.
    """

    name: str
    parse: Callable[[str], Any]
    kind: str
    default: str
    help: str
    required: bool = False
    secret: bool = False


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "PORTAL_MODE",
        kinds.choice(*MODES),
        "选项",
        "production",
        "运行方式：`production` 正式、`demo` 演示、`development` 开发（显示调试信息）、`test` 测试",
    ),
    Variable(
        "SECRET_KEY",
        kinds.secret_key,
        "密钥",
        "",
        "会话与签名密钥，至少 50 个字符的随机串；更换后所有人须重新登录",
        required=True,
        secret=True,
    ),
    Variable(
        "ALLOWED_HOSTS",
        kinds.hosts,
        "列表",
        "localhost,127.0.0.1,[::1]",
        "允许访问的主机名，逗号分隔，不含协议与端口",
        required=True,
    ),
    Variable(
        "CSRF_TRUSTED_ORIGINS",
        kinds.origins,
        "列表",
        "",
        "反向代理之后提交表单的来源，如 `https://fz.example.gov.cn`，逗号分隔",
    ),
    Variable(
        "DATABASE_URL",
        kinds.database_url,
        "地址",
        "postgres://postgres@/haian_lawgov?host=/var/run/postgresql",
        "PostgreSQL 地址：`postgres://用户:密码@主机:5432/库名`，"
        "或用套接字 `postgres://用户@/库名?host=/绝对目录`",
        required=True,
        secret=True,
    ),
    Variable(
        "DATABASE_MAX_AGE",
        kinds.whole(0, 86_400),
        "整数（秒）",
        "60",
        "数据库连接保持的时间，0 为每次请求后关闭",
    ),
    Variable(
        "REDIS_URL",
        kinds.redis_url,
        "地址",
        "redis://127.0.0.1:6379/0",
        "Valkey 或 Redis 地址：`redis://:密码@主机:6379/0`、`rediss://…` 或 `unix:///绝对路径?db=0`",
        required=True,
        secret=True,
    ),
    Variable(
        "BROKER_VISIBILITY_TIMEOUT",
        kinds.whole(1, 86_400),
        "整数（秒）",
        "3600",
        "任务取走后多久未确认即重新派发；除测试外须大于 `TASK_TIME_LIMIT`",
    ),
    Variable(
        "TASK_TIME_LIMIT",
        kinds.whole(30, 7_200),
        "整数（秒）",
        "600",
        "一项后台任务最长的运行时间，到时强行终止",
    ),
    Variable(
        "MEDIA_ROOT",
        kinds.absolute_path,
        "目录",
        "",
        "报告 PDF 与附件的存放目录（不经网址直接提供），空为项目下的 `.run/media`",
    ),
    Variable(
        "STATIC_ROOT",
        kinds.absolute_path,
        "目录",
        "",
        "`collectstatic` 的输出目录，空为项目下的 `.run/static`",
    ),
    Variable(
        "FONT_DIR",
        kinds.absolute_path,
        "目录",
        "",
        "公文字体目录；放入方正小标宋、仿宋_GB2312 等自购字体即优先使用，空为项目下的 `.run/fonts`",
    ),
    Variable(
        "HTTPS",
        kinds.flag,
        "开关",
        "1",
        "正式运行时只走 HTTPS（跳转、HSTS、安全 Cookie）；仅内网试用可设为 `0`",
    ),
    Variable(
        "BEHIND_PROXY",
        kinds.flag,
        "开关",
        "0",
        "前面有反向代理且由它改写 `X-Forwarded-Proto` 时设为 `1`",
    ),
    Variable(
        "LOG_LEVEL",
        kinds.choice("DEBUG", "INFO", "WARNING", "ERROR"),
        "选项",
        "INFO",
        "日志级别",
    ),
)


def load(environ: Mapping[str, str]) -> dict[str, Any]:
    """Values of all variables by name, from ``environ``.

    Raises ``ConfigurationError`` naming every fault.
    """
    faults: list[str] = []
    values = {variable.name: _read(variable, environ, faults) for variable in VARIABLES}
    if not faults:
        faults += _contradictions(values)
    if faults:
        raise ConfigurationError(faults)
    return values


def _read(variable: Variable, environ: Mapping[str, str], faults: list[str]) -> Any:
    text = environ.get(variable.name, "").strip()
    if not text:
        if variable.required and _is_public(environ):
            faults.append(f"{variable.name} 未设置。{variable.help}。")
            return None
        text = variable.default
    try:
        return variable.parse(_sound(text))
    except InvalidValue as fault:
        shown = "（不显示）" if variable.secret else repr(text[:60])
        faults.append(f"{variable.name} 的值 {shown} 有误：{fault}")
        return None


def _sound(text: str) -> str:
    if len(text) > LONGEST_VALUE:
        raise InvalidValue(f"长度超过 {LONGEST_VALUE} 个字符，请检查是否误贴了文件内容。")
    if not text.isprintable():
        raise InvalidValue("含有换行或控制字符，请删去。")
    return text


def _is_public(environ: Mapping[str, str]) -> bool:
    # An unknown mode is a fault of its own; until it is put right the strict rule holds.
    return environ.get("PORTAL_MODE", "").strip() not in ("development", "test")


def _contradictions(values: dict[str, Any]) -> list[str]:
    """Faults that only two variables together make."""
    too_early = values["BROKER_VISIBILITY_TIMEOUT"] <= values["TASK_TIME_LIMIT"]
    # Tests shorten the timeout on purpose, to see a task redelivered within seconds.
    if too_early and values["PORTAL_MODE"] != "test":
        return [
            "BROKER_VISIBILITY_TIMEOUT 须大于 TASK_TIME_LIMIT，"
            "否则未做完的任务会被重复派发。请调大前者或调小后者。"
        ]
    return []


def markdown_table() -> str:
    """The table of all variables, for the documentation."""
    head = ["| 变量 | 类型 | 默认值 | 必填 | 说明 |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *map(_row, VARIABLES)])


def _row(variable: Variable) -> str:
    required = "是" if variable.required else "否"
    cells = (f"`{variable.name}`", variable.kind, _default_cell(variable), required, variable.help)
    return f"| {' | '.join(cells)} |"


def _default_cell(variable: Variable) -> str:
    if variable.required or not variable.default:
        return "无"
    return f"`{variable.default}`"
