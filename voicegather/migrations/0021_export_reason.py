from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voicegather", "0020_disclosures")]

    operations = [
        migrations.AddField(
            model_name="export",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="reason"),
            preserve_default=False,
        ),
    ]
