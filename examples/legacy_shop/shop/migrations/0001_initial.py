import django.db.models.deletion
from django.db import migrations, models

import shop.models


class Migration(migrations.Migration):
    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(default=shop.models.make_number, max_length=32, unique=True)),
                ("title", models.CharField(max_length=64)),
                ("total_fee", models.IntegerField(help_text="fen")),
                ("note", models.CharField(blank=True, max_length=120)),
                ("trade_type", models.CharField(max_length=16)),
                ("openid", models.CharField(blank=True, max_length=64)),
                ("status", models.CharField(default="waiting", max_length=16)),
                ("prepay_id", models.CharField(blank=True, max_length=64)),
                ("code_url", models.CharField(blank=True, max_length=128)),
                ("transaction_id", models.CharField(blank=True, max_length=64)),
                ("created", models.DateTimeField(auto_now_add=True)),
            ],
            options={"ordering": ("-id",)},
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=64, unique=True)),
                ("refund_fee", models.IntegerField(help_text="fen")),
                ("refund_id", models.CharField(blank=True, max_length=64)),
                ("status", models.CharField(default="PROCESSING", max_length=16)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="refunds", to="shop.order"
                    ),
                ),
            ],
        ),
    )
