from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string

# id: (title, price in fen)
PRODUCTS = {
    1: ("Walnut bread", 2800),
    2: ("Moon cake, box of six", 16800),
    3: ("Paper bag", 10),
}


def make_number():
    return timezone.localtime().strftime("%Y%m%d%H%M%S") + get_random_string(6, "0123456789")


class Order(models.Model):
    WAITING, PAID, REFUNDING, REFUNDED, FAILED = "waiting", "paid", "refunding", "refunded", "failed"

    number = models.CharField(max_length=32, unique=True, default=make_number)
    title = models.CharField(max_length=64)
    total_fee = models.IntegerField(help_text="fen")
    note = models.CharField(max_length=120, blank=True)
    trade_type = models.CharField(max_length=16)
    openid = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=16, default=WAITING)
    prepay_id = models.CharField(max_length=64, blank=True)
    code_url = models.CharField(max_length=128, blank=True)
    transaction_id = models.CharField(max_length=64, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self):
        return self.number

    @property
    def yuan(self):
        return f"{self.total_fee / 100:.2f}"

    def paid(self, data):
        """data: of a notification or a query."""
        self.status = self.PAID
        self.transaction_id = data["transaction_id"]
        self.save()


class Refund(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    number = models.CharField(max_length=64, unique=True)
    refund_fee = models.IntegerField(help_text="fen")
    refund_id = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=16, default="PROCESSING")
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.number
