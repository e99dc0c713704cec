"""The closed lists of a petition."""

from django.db.models import TextChoices


class Channel(TextChoices):
    """How a petition reached the bureau."""

    SUNSHINE = "sunshine", "阳光信访"
    HOTLINE = "hotline", "12345热线"
    MAILBOX = "mailbox", "市长信箱"


class Outcome(TextChoices):
    """What was decided when the petition came in (信访工作条例 §22, §23)."""

    PENDING = "pending", "待甄别"
    ACCEPTED = "accepted", "受理"
    REJECTED = "rejected", "不予受理"
    TRANSFERRED = "transferred", "转送或退单"


class Rating(TextChoices):
    """The petitioner's judgement after closing; none was given while it is blank."""

    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    UNSATISFIED = "unsatisfied", "不满意"


class Purpose(TextChoices):
    """What the petitioner wants; 申诉求决, 建议意见, 检举控告 follow 信访工作条例 §29-§31."""

    APPEAL = "appeal", "申诉求决"
    SUGGESTION = "suggestion", "建议意见"
    ACCUSATION = "accusation", "检举控告"
    ENQUIRY = "enquiry", "咨询"
    HELP = "help", "求助"
    COMPLAINT = "complaint", "投诉举报"
    PRAISE = "praise", "表扬"


class Category(TextChoices):
    """Subject matter, by the bureau's lines of work."""

    ENROLMENT = "enrolment", "招生入学"
    TEACHING = "teaching", "教育教学"
    TEACHERS = "teachers", "师德师风"
    FEES = "fees", "教育收费"
    TRAINING = "training", "校外培训"
    SAFETY = "safety", "校园安全"
    CATERING = "catering", "食堂后勤"
    AID = "aid", "学生资助"
    PERSONNEL = "personnel", "人事待遇"
    SPORTS = "sports", "体育健身"
    CONSTRUCTION = "construction", "校园建设"
    OTHER = "other", "其他"


class Conclusion(TextChoices):
    """Conclusion of the written opinion (信访工作条例 §32)."""

    SUPPORTED = "supported", "支持"
    EXPLAINED = "explained", "解释说明"
    NOT_SUPPORTED = "not_supported", "不予支持"
