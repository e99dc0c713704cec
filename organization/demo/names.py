"""Invented people, schools and numbers. Nothing here belongs to a real person or body."""

import random

SURNAMES = (
    "王李张刘陈杨黄周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁"
    "于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟"
    "秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
GIVEN_FIRST = (
    "志建文国永晓海明春秋雨思嘉子梓宇浩俊佳雅静慧丽红玉兰桂美月云天一正大立学德忠孝仁义礼智信"
)
GIVEN_SECOND = (
    "平军华英勇强伟杰涛鹏飞辉斌波宁芳敏燕娟霞琴萍梅莉洁颖瑶琪轩涵睿博哲源泽恒昊晨曦阳林森"
)
PLACES = (
    "海安", "城东", "曲塘", "李堡", "角斜", "大公", "雅周", "白甸", "南莫", "墩头",
    "隆政", "胡集", "孙庄", "西场", "老坝港", "仇湖", "吉庆", "沙岗", "章郭", "北凌",
)  # fmt: skip
SCHOOL_WORDS = (
    "明德", "启文", "育英", "崇文", "知新", "求实", "向阳", "文澜", "青禾", "思源", "致远", "博雅",
    "弘毅", "晨光", "立人", "远志", "清源", "新蕾", "翰林", "锦程", "春晖", "星河", "和畅", "嘉树",
)  # fmt: skip
KINDERGARTEN_WORDS = (
    "小橘灯", "金色摇篮", "向日葵", "蓝贝壳", "七彩桥", "小白帆", "春芽", "童话里", "星星河",
    "阳光谷",
    "小树苗", "云朵", "彩虹", "蒲公英", "小蜜蜂", "百灵鸟", "绿草地", "红蜻蜓", "布谷", "萤火虫",
)  # fmt: skip

MOBILE_LENGTH = 11
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
AREA = "320685"


def person(rng: random.Random) -> str:
    """A name of two or three characters."""
    given = rng.choice(GIVEN_FIRST) + rng.choice(GIVEN_SECOND)
    return rng.choice(SURNAMES) + (given if rng.random() < 0.8 else given[-1])


def phone(rng: random.Random) -> str:
    """A mobile number of the right form, in a range (154) that no operator has been given."""
    return f"154{rng.randrange(10**9):09d}"[:MOBILE_LENGTH]


def credit_code(rng: random.Random, kind: str = "52") -> str:
    """A unified social credit code with a right check character (GB 32100)."""
    body = kind + AREA + "".join(rng.choice(CREDIT_ALPHABET) for _ in range(9))
    total = sum(CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + CREDIT_ALPHABET[(31 - total % 31) % 31]
