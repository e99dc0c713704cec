"""What people write to the bureau, and what the bureau answers. All invented.

{school}, {institution}, {place} are filled in from the demo's own schools and subjects.
"""

from dataclasses import dataclass

from ..choices import Category, Purpose

C, P = Category, Purpose


@dataclass(frozen=True)
class Text:
    """One kind of petition; `unit` is the section that handles it when no school does."""

    category: Category
    purpose: Purpose
    unit: str
    subject: str
    content: str
    reply: str


TEXTS = (
    Text(C.ENROLMENT, P.ENQUIRY, "jjk", "咨询小学一年级入学条件",
         "来电人户籍不在本市，租住在{place}，孩子今年满六周岁，想了解入学需要准备哪些材料、何时报名。",
         "已向来电人说明随迁子女积分入学的条件、所需材料和网上报名时间，并告知施教区学校的咨询方式。"),
    Text(C.ENROLMENT, P.APPEAL, "jjk", "反映施教区划分问题",
         "家住{place}的多名业主认为小区离{school}更近，却被划入较远的学校，希望调整施教区。",
         "施教区按学位供给和居住分布划定并已公示，今年不作调整；已当面解释，并将该小区列入下年度论证范围。"),
    Text(C.ENROLMENT, P.ENQUIRY, "zkzx", "咨询中考报名和志愿填报",
         "孩子在外地就读，户籍在本市，希望回来参加中考，询问报名手续和志愿填报时间。",
         "已告知回户籍地报考的条件、报名地点和时间安排，并提供招生考试中心的咨询渠道。"),
    Text(C.TEACHING, P.COMPLAINT, "jjk", "反映{school}作业量偏多",
         "家长反映孩子每晚写作业到十点以后，书面作业总量超过规定，希望学校控制作业。",
         "经核查，该班个别学科布置作业未经年级统筹，已责成学校落实作业公示制度并约谈相关教师。"),
    Text(C.TEACHING, P.SUGGESTION, "jjk", "建议丰富课后服务内容",
         "建议{school}在课后服务中增加体育和劳动项目，减少集中写作业的时间。",
         "学校已采纳建议，下学期新开设篮球、木工等六个社团，课程安排将在开学第一周公布。"),
    Text(C.TEACHING, P.COMPLAINT, "jjk", "反映{school}占用体育课",
         "反映{school}期末阶段体育课被其他学科占用，希望查处。",
         "经调阅课表和询问学生，情况部分属实，学校已整改并补足课时，督导部门将不定期抽查。"),
    Text(C.TEACHERS, P.ACCUSATION, "rsk", "举报教师有偿补课",
         "举报人称{school}一名教师周末在{place}居民楼内为学生补课并收费，希望调查。",
         "经调查，未发现该教师有偿补课的证据，已责成学校加强师德教育并签订承诺书，继续关注线索。"),
    Text(C.TEACHERS, P.COMPLAINT, "rsk", "反映教师教育方式简单",
         "家长反映{school}一名班主任批评学生时言语不当，孩子情绪低落，要求沟通处理。",
         "学校已组织班主任与家长当面沟通并致歉，安排心理教师辅导学生，家长表示认可。"),
    Text(C.TEACHERS, P.PRAISE, "rsk", "表扬{school}教师",
         "家长来电表扬{school}班主任长期照顾患病学生，利用休息时间上门辅导，希望予以表彰。",
         "已将表扬内容转达学校，学校在教师大会上予以通报表扬，并计入师德考核。"),
    Text(C.FEES, P.ENQUIRY, "cwk", "咨询课后服务收费标准",
         "询问{school}课后服务每学期收费多少、请假能否退费。",
         "已告知现行收费标准和按实际参加次数结算的规定，学校将在学期结束前公示结算情况。"),
    Text(C.FEES, P.COMPLAINT, "cwk", "反映幼儿园伙食费结余未退",
         "家长反映孩子所在幼儿园上学期请假较多，伙食费结余一直没有退还。",
         "经核实，园方未及时结算，现已将结余退还家长，并对全园伙食费账目进行了公示。"),
    Text(C.TRAINING, P.COMPLAINT, "pxk", "要求{institution}退费",
         "来电人在{institution}报名缴费，因时间不合适要求退还剩余课时费用，机构拖延不退。",
         "经调解，双方按合同约定核算剩余课时，机构已在七日内退还费用；已提醒机构规范使用合同示范文本。"),
    Text(C.TRAINING, P.ACCUSATION, "pxk", "举报{place}违规学科类培训",
         "举报{place}一处居民楼内周末开展学科类培训，有十余名学生，希望查处。",
         "已会同属地和市场监管部门现场检查，责令立即停止培训、退还费用，并纳入重点巡查点位。"),
    Text(C.TRAINING, P.ENQUIRY, "pxk", "咨询培训机构是否有证",
         "家长询问{institution}是否具有办学许可，能否报名。",
         "已告知查询渠道：本局网站公布的机构名单和全国校外教育培训监管服务平台，建议在平台上选课缴费。"),
    Text(C.TRAINING, P.APPEAL, "pxk", "反映{institution}停业",
         "来电人称{institution}突然停业，负责人失去联系，预付费用无法退还。",
         "已启动资金监管账户退费程序，登记家长信息并公布进度，对负责人的行为移送市场监管部门处理。"),
    Text(C.SAFETY, P.HELP, "aqk", "反映{school}门口交通拥堵",
         "反映{school}放学时段门口车辆拥堵，学生过马路不安全，希望安排人员疏导。",
         "已协调交警部门增派警力，学校错时放学并增设护学岗，现场秩序明显改善。"),
    Text(C.SAFETY, P.COMPLAINT, "aqk", "反映学生在校受伤处理",
         "孩子在{school}课间摔伤，家长对学校的处理和赔偿意见不满，请求协调。",
         "已会同学校、保险机构与家长三方协商，落实校方责任险理赔，双方签订了调解协议。"),
    Text(C.SAFETY, P.SUGGESTION, "aqk", "建议加强校园周边管理",
         "建议整治{place}学校周边流动摊点，防止学生购买来路不明的食品。",
         "已转请城管和市场监管部门联合整治，学校同步开展食品安全教育，一周内复查未见反弹。"),
    Text(C.CATERING, P.COMPLAINT, "bgs", "反映{school}食堂饭菜质量",
         "学生家长反映{school}食堂菜品单一、饭菜偏凉，希望改善。",
         "学校已召开膳食委员会会议，调整菜谱并增加保温设备，实行家长陪餐和每周菜谱公示。"),
    Text(C.AID, P.ENQUIRY, "zzzx", "咨询困难学生资助申请",
         "家庭因病致困，孩子在{school}就读，询问能否申请资助以及办理流程。",
         "已告知认定条件和申请流程，由学校资助专干上门协助准备材料，下学期起纳入资助范围。"),
    Text(C.PERSONNEL, P.APPEAL, "rsk", "反映退休教师待遇问题",
         "来件人系退休教师，认为工龄认定有误影响退休待遇，请求复核。",
         "经调阅人事档案并会同人社部门复核，原认定符合政策规定，已书面答复并当面解释。"),
    Text(C.PERSONNEL, P.APPEAL, "rsk", "反映代课教师养老补贴",
         "来件人称曾在{place}小学代课多年，要求解决养老补贴。",
         "经查阅原始材料，符合条件的年限予以认定，已告知补贴标准和发放时间。"),
    Text(C.PERSONNEL, P.ENQUIRY, "rsk", "咨询教师资格认定时间",
         "询问今年下半年教师资格认定的报名时间、地点和材料。",
         "已告知认定公告内容、网上报名入口和现场确认安排。"),
    Text(C.SPORTS, P.SUGGESTION, "tyk", "建议开放学校体育场地",
         "建议{school}操场在周末和节假日向附近居民开放，方便健身。",
         "该校已列入体育场地开放名单，周末八时至十七时凭身份登记入场，开放公告已在校门口张贴。"),
    Text(C.SPORTS, P.HELP, "tyzx", "反映{place}健身器材损坏",
         "{place}广场的健身器材多处损坏，存在安全隐患，希望维修。",
         "已安排维保单位现场查看，更换损坏部件四处，对无法修复的一组器材予以拆除。"),
    Text(C.CONSTRUCTION, P.COMPLAINT, "ghk", "反映{school}施工噪声扰民",
         "{school}改扩建工程夜间施工，影响周边居民休息，希望约束施工时间。",
         "已责成施工单位夜间二十二时后停止作业，并在现场公布施工计划和联系人。"),
    Text(C.OTHER, P.HELP, "bgs", "咨询学历证明补办",
         "来电人在{school}毕业，毕业证书遗失，询问如何补办学历证明。",
         "已告知由原毕业学校出具证明、主管科室审核的流程，材料齐全的五个工作日内办结。"),
)  # fmt: skip

REFUSALS = (
    "诉求事项正在诉讼程序中，告知通过司法途径解决。",
    "与已受理的件为同一诉求人同一事项，不重复受理。",
    "诉求内容不属于教育体育行政部门职责，已告知向有权处理的机关提出。",
)
TRANSFERS = (
    "诉求事项属市人力资源和社会保障局职责，退回热线平台重新派单。",
    "诉求事项属城市管理部门职责，说明理由后退单。",
    "涉及属地管理事项，转送所在区镇办理。",
)
EXTENSIONS = (
    "需现场核查并征求相关部门意见，经分管负责人批准延期。",
    "涉及当事人较多，调解尚在进行，经批准延期。",
)
