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
from kernel.attachments.filetypes import BY_KEY, DEFAULT_TYPES

#: Longest value that is looked at at all; no honest setting comes near it.
LONGEST_VALUE = 4096

ROLES = (
    "clerk",
    "chief",
    "legal_reviewer",
    "leader",
    "auditor",
    "administrator",
    "security_administrator",
)

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
        "DATA_KEYS",
        kinds.data_keys,
        "密钥列表",
        "",
        "个人信息的加密密钥，逗号分隔：第一个用于加密，其余只用于解密（更换密钥期间）；"
        "每个至少 50 个字符，丢失后已加密的内容无法恢复，见 personal_data.md",
        required=True,
        secret=True,
    ),
    Variable(
        "REVEAL_MINUTES",
        kinds.whole(1, 480),
        "整数（分钟）",
        "15",
        "填写事由查看一条记录的个人信息后，对本人保持显示的时间",
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
        "ATTACHMENT_MAX_MB",
        kinds.whole(1, 200),
        "整数（MB）",
        "20",
        "每个附件的大小上限；大于 200 MB 的材料请另行存放",
    ),
    Variable(
        "ATTACHMENT_MAX_FILES",
        kinds.whole(1, 500),
        "整数（个）",
        "50",
        "每条记录的附件个数上限（同一附件的各个版本算一个，撤下的不算）",
    ),
    Variable(
        "ATTACHMENT_TYPES",
        kinds.several(*BY_KEY),
        "列表",
        ",".join(DEFAULT_TYPES),
        "允许上传的附件类型，逗号分隔；另可加 `zip`（压缩包内的文件无法逐个核对，默认不收）",
    ),
    Variable(
        "AWS_STORAGE_BUCKET_NAME",
        kinds.anything,
        "文本",
        "",
        "附件与报告存入 S3 兼容对象存储时的桶名；空为存在 `MEDIA_ROOT`",
    ),
    Variable(
        "AWS_S3_ENDPOINT_URL",
        kinds.web_address,
        "地址",
        "",
        "对象存储的地址，如 `https://s3.example.gov.cn:9000`；空为 AWS 自己的地址",
    ),
    Variable(
        "AWS_S3_REGION_NAME",
        kinds.anything,
        "文本",
        "us-east-1",
        "对象存储的区域，自建的不用改",
    ),
    Variable(
        "AWS_ACCESS_KEY_ID", kinds.anything, "文本", "", "对象存储的访问密钥编号", secret=True
    ),
    Variable(
        "AWS_SECRET_ACCESS_KEY", kinds.anything, "密钥", "", "对象存储的访问密钥", secret=True
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
        "EMAIL_URL",
        kinds.mail_server,
        "地址",
        "",
        "发送通知邮件的服务器：`smtp+tls://用户:密码@主机:587`、`smtps://…` 或 `smtp://…`；空为不发邮件",
        secret=True,
    ),
    Variable(
        "EMAIL_FROM",
        kinds.mail_sender,
        "邮件地址",
        "portal@localhost",
        "通知邮件的发件地址，如 `fz@example.gov.cn`",
    ),
    Variable(
        "SITE_URL",
        kinds.web_address,
        "地址",
        "",
        "门户的网址，如 `https://fz.example.gov.cn`，写在通知邮件里；空为只写文字",
    ),
    Variable(
        "TOTP_ROLES",
        kinds.several("auto", "none", *ROLES),
        "列表",
        "auto",
        "必须启用动态码的角色代码，逗号分隔；`none` 为都不要求，"
        "`auto` 为正式运行时要求系统管理员、安全管理员、审计员和局领导，其余方式不要求",
    ),
    Variable(
        "SESSION_IDLE_MINUTES",
        kinds.whole(5, 480),
        "整数（分钟）",
        "30",
        "多久没有操作即须重新登录（草稿仍在）；登录满 8 小时也须重新登录",
    ),
    Variable(
        "PASSWORD_MAX_AGE_DAYS",
        kinds.whole(0, 3650),
        "整数（天）",
        "0",
        "密码用满多少天须修改，0 为不限；等级保护测评有要求的可设 180",
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
    faults = []
    too_early = values["BROKER_VISIBILITY_TIMEOUT"] <= values["TASK_TIME_LIMIT"]
    # Tests shorten the timeout on purpose, to see a task redelivered within seconds.
    if too_early and values["PORTAL_MODE"] != "test":
        faults.append(
            "BROKER_VISIBILITY_TIMEOUT 须大于 TASK_TIME_LIMIT，"
            "否则未做完的任务会被重复派发。请调大前者或调小后者。"
        )
    keys = values["AWS_ACCESS_KEY_ID"] and values["AWS_SECRET_ACCESS_KEY"]
    if values["AWS_STORAGE_BUCKET_NAME"] and not keys:
        faults.append(
            "AWS_STORAGE_BUCKET_NAME 已设置，但缺少 AWS_ACCESS_KEY_ID 或 AWS_SECRET_ACCESS_KEY。"
            "请补齐，或清空桶名改用本机存储。"
        )
    return faults


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
