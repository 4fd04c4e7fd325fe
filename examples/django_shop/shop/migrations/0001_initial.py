from __future__ import annotations

import time

from django.db import migrations, models

import shop.models


class Migration(migrations.Migration):
    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "number",
                    models.CharField(default=shop.models.new_number, max_length=32, primary_key=True, serialize=False),
                ),
                ("product_id", models.CharField(max_length=32)),
                ("total_fee", models.PositiveIntegerField()),
                ("fee_type", models.CharField(max_length=3)),
                ("trade_type", models.CharField(max_length=8)),
                ("openid", models.CharField(blank=True, max_length=128)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("paid", "Paid"),
                            ("refunding", "Refunding"),
                            ("refunded", "Refunded"),
                            ("closed", "Closed"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("prepay_id", models.CharField(blank=True, max_length=64)),
                ("code_url", models.CharField(blank=True, max_length=128)),
                ("transaction_id", models.CharField(blank=True, max_length=32)),
                ("placed_at", models.FloatField(default=time.time)),
            ],
            options={"ordering": ("-placed_at",)},
        ),
    )
