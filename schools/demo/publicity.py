"""Media mentions, network-security training, examination incidents."""

import datetime as dt

from kernel.records.status import Status
from organization.demo import World

from ..models import (
    Exam,
    ExamIncident,
    IncidentKind,
    MediaMention,
    MediaTopic,
    NetworkActivity,
    NetworkSecurityTraining,
)

OUTLETS = (
    "江海教育报", "东部教育观察", "苏中日报", "省教育在线", "海安融媒", "基础教育周刊", "通扬晚报",
    "学苑客户端", "校园新视界", "县域教育内参",
)  # fmt: skip
COLUMNS = ("要闻", "基层经验", "教育视窗", "深度", "县域风采")
TITLES = {
    MediaTopic.DOUBLE_REDUCTION: (
        "作业减下来，课堂活起来：海安“双减”一线观察",
        "一张作业公示表背后的减负账",
        "海安：分层作业让每个孩子跳一跳够得着",
        "校外培训治理的海安做法",
        "把时间还给孩子",
        "从“刷题”到“实践”：一所农村小学的减负路",
    ),
    MediaTopic.AFTER_SCHOOL: (
        "课后服务“5+2”，家长安心孩子开心",
        "暮色里的社团时光",
        "海安课后服务菜单上新",
        "体育进课后：每天多动一小时",
        "非遗走进课后服务课堂",
    ),
    MediaTopic.OTHER: (
        "海安新学期校园安全第一课",
        "龙舟赛上的少年",
        "职校学生的技能舞台",
        "银发教师返乡支教",
    ),
}
MENTIONS = {
    2022: {MediaTopic.DOUBLE_REDUCTION: 20, MediaTopic.AFTER_SCHOOL: 13, MediaTopic.OTHER: 9},
    2023: {MediaTopic.DOUBLE_REDUCTION: 28, MediaTopic.AFTER_SCHOOL: 18, MediaTopic.OTHER: 14},
    2024: {MediaTopic.DOUBLE_REDUCTION: 22, MediaTopic.AFTER_SCHOOL: 16, MediaTopic.OTHER: 11},
}
SECURITY = (
    (
        "2022年校园长网络安全专题培训",
        NetworkActivity.TRAINING,
        "2022-04-21",
        "校园长",
        148,
        Status.APPROVED,
    ),
    (
        "2022年网管员网络安全技能培训",
        NetworkActivity.TRAINING,
        "2022-09-15",
        "网管员",
        149,
        Status.APPROVED,
    ),
    (
        "2023年校园长网络安全责任制培训",
        NetworkActivity.TRAINING,
        "2023-04-13",
        "校园长",
        152,
        Status.APPROVED,
    ),
    (
        "2023年教体系统网络安全应急演练",
        NetworkActivity.DRILL,
        "2023-06-08",
        "网管员及技术支持人员",
        86,
        Status.APPROVED,
    ),
    (
        "2023年网管员网络安全培训",
        NetworkActivity.TRAINING,
        "2023-09-14",
        "网管员",
        153,
        Status.APPROVED,
    ),
    (
        "2023年网络安全宣传周专题讲座",
        NetworkActivity.TRAINING,
        "2023-09-20",
        "局机关和局直单位网管员",
        35,
        Status.APPROVED,
    ),
    (
        "2023年网管员培训（重复登记）",
        NetworkActivity.TRAINING,
        "2023-09-14",
        "网管员",
        153,
        Status.WITHDRAWN,
    ),
    (
        "2023年数据安全培训",
        NetworkActivity.TRAINING,
        "2023-12-07",
        "学籍管理员",
        60,
        Status.SUBMITTED,
    ),
    ("2023年钓鱼邮件演练", NetworkActivity.DRILL, "2023-11-16", "局机关人员", 58, Status.RETURNED),
    (
        "2024年校园长网络安全培训",
        NetworkActivity.TRAINING,
        "2024-04-18",
        "校园长",
        155,
        Status.APPROVED,
    ),
    (
        "2024年教体系统网络安全攻防演练",
        NetworkActivity.DRILL,
        "2024-06-13",
        "网管员",
        300,
        Status.APPROVED,
    ),
)
INCIDENTS = (
    (
        Exam.ACADEMIC,
        IncidentKind.EQUIPMENT,
        "2022-01-08",
        Status.APPROVED,
        "第三考场英语听力播放设备中断约两分钟，启用备用设备并按规定补时。",
    ),
    (
        Exam.HIGH_SCHOOL,
        IncidentKind.ORGANIZATION,
        "2023-06-17",
        Status.WITHDRAWN,
        "有家长反映某考点提前收卷，经调取监控核查不属实，登记撤销。",
    ),
    (
        Exam.TEACHER,
        IncidentKind.SCORE,
        "2023-09-16",
        Status.RETURNED,
        "考生反映成绩查询页面打不开，正在核实是否属于考务责任。",
    ),
    (
        Exam.ADULT,
        IncidentKind.ORGANIZATION,
        "2024-10-19",
        Status.APPROVED,
        "一名监考员迟到八分钟，考点启用备用监考员，未影响开考。",
    ),
)


def load(world: World) -> None:
    _media(world)
    _security(world)
    _incidents(world)


def _media(world: World) -> None:
    rows = [
        _mention(world, topic, year, number)
        for year, topics in MENTIONS.items()
        for topic, count in topics.items()
        for number in range(count)
    ]
    states = (
        Status.SUBMITTED,
        Status.SUBMITTED,
        Status.RETURNED,
        Status.RETURNED,
        Status.WITHDRAWN,
    )
    rows += [
        _mention(world, MediaTopic.DOUBLE_REDUCTION, 2023, 100 + number, status)
        for number, status in enumerate(states)
    ]
    world.save(rows)


def _mention(
    world: World, topic: MediaTopic, year: int, number: int, status: str = Status.APPROVED
) -> MediaMention:
    """Outlet and title together differ within a year, as each report is one row."""
    titles = TITLES[topic]
    day = world.workday(dt.date(year, 1, 3), dt.date(year, 12, 29))
    return world.build(
        MediaMention,
        unit=world.unit("jjk"),
        status=status,
        outlet=OUTLETS[number // len(titles) % len(OUTLETS)],
        column_name=world.rng.choice(COLUMNS),
        title=titles[number % len(titles)],
        published_on=day,
        topic=topic,
        url=f"https://news.example.cn/{day:%Y%m%d}/{topic}-{number}.html",
    )


def _security(world: World) -> None:
    world.save(
        world.build(
            NetworkSecurityTraining,
            unit=world.unit("xxzx"),
            status=status,
            name=name,
            kind=kind,
            held_on=dt.date.fromisoformat(day),
            audience=audience,
            trainees=trainees,
            hours=4 if kind == NetworkActivity.TRAINING else 2,
            place="市教育信息中心报告厅",
            trainer="南通安络网络技术有限公司",
            content="网络安全责任制、等级保护要求、常见攻击处置与信息报告流程。",
        )
        for name, kind, day, audience, trainees, status in SECURITY
    )


def _incidents(world: World) -> None:
    world.save(
        world.build(
            ExamIncident,
            unit=world.unit("zkzx"),
            status=status,
            exam=exam,
            kind=kind,
            held_on=dt.date.fromisoformat(day),
            site="市考试中心第一考点",
            facts=facts,
            handling="已按考务工作规定处置并书面报告。",
            closed_on=dt.date.fromisoformat(day) if status == Status.APPROVED else None,
        )
        for exam, kind, day, status, facts in INCIDENTS
    )
