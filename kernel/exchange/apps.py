from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Spreadsheets in and out of every register."""

    name = "kernel.exchange"
    verbose_name = "数据交换"
