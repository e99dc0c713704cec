"""Titles and abstracts of what such a bureau discloses. {year}, {place}, {round} are filled in."""

from dataclasses import dataclass

from ..choices import Form, Theme

T, F = Theme, Form


@dataclass(frozen=True)
class Text:
    """One recurring kind of information and the section that decides on it."""

    theme: Theme
    form: Form
    unit: str
    title: str
    summary: str


TEXTS = (
    Text(T.POLICY, F.NOTICE, "fgk", "关于做好{year}年{round}依法治校工作的通知",
         "明确章程执行、制度建设、师生权益保护和法治宣传教育的工作要求与时间安排。"),
    Text(T.POLICY, F.OPINION, "jjk", "关于加强{year}年义务教育学校作业管理的意见（{round}）",
         "规定作业总量、作业公示和教师批改要求，明确督导检查方式。"),
    Text(T.INSTITUTION, F.ANNOUNCEMENT, "bgs", "局机关科室职责和办公电话（{year}年{round}更新）",
         "公布各科室主要职责、负责人、办公地点和联系电话。"),
    Text(T.OVERVIEW, F.TABLE, "ghk", "{year}年{round}全市教育事业基本情况统计",
         "公布各级各类学校数、在校学生数、专任教师数等主要统计指标。"),
    Text(T.PLAN, F.NOTICE, "ghk", "{year}年教育重点项目{round}推进情况",
         "公布校舍新建、改扩建项目的建设内容、投资和完成进度。"),
    Text(T.FINANCE, F.REPORT, "cwk", "{year}年{round}部门预算执行情况",
         "公布部门收支总体情况、主要项目支出和绩效目标完成情况。"),
    Text(T.FEES, F.ANNOUNCEMENT, "cwk", "{year}年{round}中小学、幼儿园收费项目和标准公示",
         "公布收费项目、标准、依据、减免政策和监督举报电话。"),
    Text(T.LICENSING, F.ANNOUNCEMENT, "spk", "{year}年{round}教师资格认定公告",
         "公布认定范围、申请条件、网上报名和现场确认的时间地点及所需材料。"),
    Text(T.LICENSING, F.DECISION, "spk", "民办非学历教育机构行政许可决定公示（{year}年{round}）",
         "公布准予设立、变更和注销的机构名称、许可证号和决定日期。"),
    Text(T.ENFORCEMENT, F.ANNOUNCEMENT, "fgk", "{year}年{round}“双随机、一公开”抽查结果公示",
         "公布抽查事项、被抽查对象、检查结果和处理情况。"),
    Text(T.ENFORCEMENT, F.ANNOUNCEMENT, "fgk", "行政执法人员名单和执法事项公示（{year}年{round}）",
         "公布执法主体、执法人员、执法权限、依据和程序。"),
    Text(T.ENROLMENT, F.ANNOUNCEMENT, "jjk", "{year}年{place}义务教育学校施教区公告（{round}）",
         "公布学校施教区范围、招生计划、报名时间和咨询电话。"),
    Text(T.ENROLMENT, F.ANNOUNCEMENT, "zkzx", "{year}年{round}中等学校招生录取结果公告",
         "公布各校录取批次、计划完成情况和查询方式。"),
    Text(T.STUDENTS, F.NOTICE, "zzzx", "关于{year}年{round}家庭经济困难学生资助申请的通知",
         "公布资助对象、标准、申请流程和办理时限。"),
    Text(T.TEACHERS, F.ANNOUNCEMENT, "rsk", "{year}年{round}教师招聘拟聘用人员公示",
         "公布招聘岗位、考试成绩、体检考察结果和公示期限。"),
    Text(T.TEACHERS, F.ANNOUNCEMENT, "rsk", "{year}年{round}学科带头人评选结果公示",
         "公布评选范围、程序、拟定名单和异议受理方式。"),
    Text(T.PRIVATE_SCHOOLS, F.TABLE, "pxk", "{place}校外培训机构名单（{year}年{round}）",
         "公布机构名称、许可证号、培训类别、地址和资金监管情况。"),
    Text(T.PRIVATE_SCHOOLS, F.ANNOUNCEMENT, "spk", "{year}年{place}民办学校年度检查结论（{round}）",
         "公布年检结论、存在问题和整改要求。"),
    Text(T.SAFETY, F.NOTICE, "aqk", "关于开展{year}年{round}校园安全检查的通知",
         "部署消防、食品、校车和实验室安全检查，明确整改时限。"),
    Text(T.SAFETY, F.NEWS, "aqk", "{place}学校{year}年{round}应急疏散演练情况",
         "介绍演练的组织、科目、参加学校和改进措施。"),
    Text(T.SUPERVISION, F.REPORT, "ddk", "{year}年{round}责任督学挂牌督导情况通报",
         "通报督导发现的问题、整改情况和下一步要求。"),
    Text(T.SPORTS, F.NOTICE, "tyk", "关于举办{year}年{round}全民健身活动的通知",
         "公布活动时间、项目、参加办法和安全要求。"),
    Text(T.PROPOSALS, F.REPLY, "bgs", "对市人大代表第{round}建议的答复（{year}年）",
         "公布建议主要内容、采纳情况、已采取措施和下一步打算。"),
)  # fmt: skip

NEWS = (
    Text(T.OVERVIEW, F.NEWS, "bgs", "{place}教办召开{year}年{round}工作会议",
         "介绍会议研究的主要事项和下阶段工作安排。"),
    Text(T.TEACHERS, F.NEWS, "jfzx", "{place}片区{year}年{round}教师研修活动",
         "介绍研修主题、参加教师和课堂展示情况。"),
    Text(T.SPORTS, F.NEWS, "tyzx", "{place}中小学{year}年{round}体育联赛",
         "公布比赛项目、参赛学校和名次。"),
    Text(T.STUDENTS, F.NEWS, "jjk", "{place}学校{year}年{round}“学宪法、讲宪法”活动",
         "介绍活动形式、参加学生和取得的成效。"),
)  # fmt: skip

ROUNDS = tuple(f"第{number}期" for number in (*"一二三四五六七八九十", "十一", "十二"))
