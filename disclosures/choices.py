"""The closed lists of proactive disclosure."""

from django.db.models import TextChoices


class Channel(TextChoices):
    """Where a disclosed item was posted."""

    GOVERNMENT_PLATFORM = "government_platform", "政府信息公开平台"
    EDUCATION_SITE = "education_site", "本机关教育信息网"
    WECHAT = "wechat", "微信公众号"
    BROADCAST = "broadcast", "广播电视"
    PRESS = "press", "报刊"


WEBSITES = (Channel.GOVERNMENT_PLATFORM, Channel.EDUCATION_SITE)


class Theme(TextChoices):
    """First-level items of the disclosure catalogue (政府信息公开条例 §20)."""

    POLICY = "policy", "政策文件"
    INSTITUTION = "institution", "机构职能"
    OVERVIEW = "overview", "教育概况"
    PLAN = "plan", "规划计划"
    FINANCE = "finance", "财务信息"
    FEES = "fees", "教育收费"
    LICENSING = "licensing", "行政许可与管理服务"
    ENFORCEMENT = "enforcement", "行政执法"
    ENROLMENT = "enrolment", "招生管理"
    STUDENTS = "students", "学生管理"
    TEACHERS = "teachers", "教师管理"
    PRIVATE_SCHOOLS = "private_schools", "民办学校信息"
    SAFETY = "safety", "校园安全与应急"
    SUPERVISION = "supervision", "教育督导"
    SPORTS = "sports", "体育工作"
    PROPOSALS = "proposals", "建议提案办理"


class Form(TextChoices):
    """Kind of text (体裁)."""

    NOTICE = "notice", "通知"
    ANNOUNCEMENT = "announcement", "公告公示"
    OPINION = "opinion", "意见"
    REPORT = "report", "报告"
    REPLY = "reply", "答复"
    TABLE = "table", "统计表"
    DECISION = "decision", "决定"
    NEWS = "news", "工作动态"
    OTHER = "other", "其他"


class Force(TextChoices):
    """Whether the disclosed document is still in force."""

    VALID = "valid", "有效"
    AMENDED = "amended", "已修改"
    REPEALED = "repealed", "已废止"
    EXPIRED = "expired", "已失效"
